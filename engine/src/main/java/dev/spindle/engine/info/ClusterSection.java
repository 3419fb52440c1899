package dev.spindle.engine.info;

/** Whether this is a cluster's node. */
final class ClusterSection implements InfoSection {

    @Override
    public String title() {
        return "Cluster";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        out.field("cluster_enabled", 0);
    }
}
