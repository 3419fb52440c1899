package dev.spindle.net.reactor;

/** Background work of the engine on the core thread. */
public interface Background {

    /** Nothing to do. */
    Background NONE =
            new Background() {
                @Override
                public void onTurn(long nowNs) {}

                @Override
                public boolean idleWork() {
                    return false;
                }
            };

    /** Called in every turn; costs a comparison when nothing is due. */
    void onTurn(long nowNs);

    /**
     * Does one bounded slice in a turn that found nothing else.
     *
     * @return whether there is more.
     */
    boolean idleWork();
}
