package dev.spindle.engine.info;

import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;

/** Keys of each database that has any. */
final class KeyspaceSection implements InfoSection {

    @Override
    public String title() {
        return "Keyspace";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        Keyspaces databases = report.engine().keyspaces();
        for (int i = 0; i < databases.count(); i++) {
            Keyspace db = databases.get(i);
            if (db.size() > 0) {
                out.add("db")
                        .add(i)
                        .add(":keys=")
                        .add(db.size())
                        .add(",expires=")
                        .add(db.expiring())
                        .add(",avg_ttl=")
                        .add(db.averageTtlMs());
                // A figure of 7.4, there only where its feature is used.
                if (db.volatiles() > 0) {
                    out.add(",subexpiry=").add(db.volatiles());
                }
                out.end();
            }
        }
    }
}
