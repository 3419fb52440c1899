package dev.spindle.engine.command.server;

import dev.spindle.engine.keyspace.KeyTable;
import java.util.Locale;

/** The text of DEBUG HTSTATS: how many entries the buckets of a table hold. */
final class TableStatistics {

    private static final int MOST_SHOWN = 50;

    private TableStatistics() {}

    static String of(KeyTable table) {
        StringBuilder text = new StringBuilder("[Dictionary HT]\n");
        text.append("Hash table 0 stats (main hash table):\n");
        if (table.size() == 0) {
            text.append("No stats available for empty dictionaries\n");
        } else {
            describe(table, text);
        }
        // Redis shows a second table here; expiries stand in the entries themselves.
        text.append("[Expires HT]\nHash table 0 stats (main hash table):\n");
        text.append("No stats available for empty dictionaries\n");
        return text.toString();
    }

    private static void describe(KeyTable table, StringBuilder text) {
        long[] bucketsWith = new long[MOST_SHOWN];
        int[] entries = {0};
        int most = 0;
        long used = 0;
        for (long bucket = 0; bucket < table.buckets(); bucket++) {
            entries[0] = 0;
            table.visitBucket(bucket, entry -> entries[0]++);
            bucketsWith[Math.min(entries[0], MOST_SHOWN - 1)]++;
            most = Math.max(most, entries[0]);
            used += entries[0] > 0 ? 1 : 0;
        }
        double average = (double) table.size() / used;
        line(text, " table size: %d\n", table.buckets());
        line(text, " number of elements: %d\n", table.size());
        line(text, " different slots: %d\n", used);
        line(text, " max chain length: %d\n", most);
        line(text, " avg chain length (counted): %.02f\n", average);
        line(text, " avg chain length (computed): %.02f\n", average);
        line(text, " overflow buckets: %d\n", table.overflowBuckets());
        text.append(" Chain length distribution:\n");
        for (int i = 0; i < MOST_SHOWN; i++) {
            if (bucketsWith[i] > 0) {
                String sign = i == MOST_SHOWN - 1 ? ">= " : "";
                double share = 100.0 * bucketsWith[i] / table.buckets();
                line(text, "   %s%d: %d (%.02f%%)\n", sign, i, bucketsWith[i], share);
            }
        }
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
