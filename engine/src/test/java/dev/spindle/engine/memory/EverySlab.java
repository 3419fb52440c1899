package dev.spindle.engine.memory;

/** Has every slab with room emptied, sparse or not, so that a test with little data sees its objects move. */
public final class EverySlab {

    private static final int SLAB_PAGES = SizeClasses.SLAB_BYTES >>> PageRuns.PAGE_SHIFT;

    private EverySlab() {}

    /** Lets all objects in slabs that are not full leave; answers how many slabs these are. */
    public static int leaves(Arena arena) {
        PageDescriptors descriptors = arena.descriptors();
        int page = 1;
        int chosen = 0;
        while (page < arena.frontierPage()) {
            int state = descriptors.state(page);
            if (state == PageDescriptors.SLAB || state == PageDescriptors.LEAVING) {
                int used = descriptors.used(page);
                if (state == PageDescriptors.SLAB
                        && used > 0
                        && used < arena.slots(descriptors.detail(page))) {
                    arena.leave(page);
                    chosen++;
                }
                page += SLAB_PAGES;
            } else {
                page += descriptors.length(page);
            }
        }
        return chosen;
    }

    /** Lets those stay that are not empty yet. */
    public static void stays(Arena arena) {
        arena.compaction().end();
        while (arena.compaction().step()) {
            continue;
        }
    }
}
