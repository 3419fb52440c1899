package dev.spindle.engine.keyspace;

/**
 * The 24 bits of each entry that say how recently or how often it was used.
 *
 * <p>Under LRU they hold seconds modulo 2^24 (Redis's clock). Under LFU they hold minutes modulo 2^16 in the high part and
 * a logarithmic counter of 8 bits in the low part, with Redis's rules: a new key counts 5, each access adds one with
 * probability {@code 1 / ((counter - 5) * lfu-log-factor + 1)}, and the counter loses one per {@code lfu-decay-time}
 * minutes without access.
 */
public final class AccessClock {

    /** Counter of a new key under LFU. */
    public static final int LFU_INITIAL = 5;

    private boolean lfu;
    private int logFactor = 10;
    private int decayMinutes = 1;
    private int lruSeconds;
    private int lfuMinutes;
    private long random = 0x9E3779B97F4A7C15L;

    /** Sets the policy: LFU or LRU, and LFU's parameters. */
    public void configure(boolean useLfu, int lfuLogFactor, int lfuDecayMinutes) {
        lfu = useLfu;
        logFactor = lfuLogFactor;
        decayMinutes = lfuDecayMinutes;
    }

    /** Tells the time; called once per batch. */
    public void update(long epochMs) {
        lruSeconds = (int) (epochMs / 1000) & 0xFF_FFFF;
        lfuMinutes = (int) (epochMs / 60_000) & 0xFFFF;
    }

    /** Whether LFU is in force. */
    public boolean isLfu() {
        return lfu;
    }

    /** The 24 bits of an entry made now. */
    public int fresh() {
        return lfu ? lfuMinutes << 8 | LFU_INITIAL : lruSeconds;
    }

    /** Redis's lru_clock field of INFO. */
    public int lruSeconds() {
        return lruSeconds;
    }

    /** The 24 bits after an access. */
    public int touched(int bits) {
        if (!lfu) {
            return lruSeconds;
        }
        return lfuMinutes << 8 | increment(decayed(bits));
    }

    private int increment(int counter) {
        if (counter == 255) {
            return 255;
        }
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        double drawn = (random >>> 11) * 0x1.0p-53;
        int over = Math.max(0, counter - LFU_INITIAL);
        return drawn < 1.0 / (over * (double) logFactor + 1) ? counter + 1 : counter;
    }

    private int decayed(int bits) {
        int counter = bits & 255;
        int elapsed = (lfuMinutes - (bits >>> 8)) & 0xFFFF;
        int periods = decayMinutes == 0 ? 0 : elapsed / decayMinutes;
        return Math.max(0, counter - periods);
    }

    /** The LFU counter now, decayed. */
    public int frequency(int bits) {
        return decayed(bits);
    }

    /**
     * How little an entry is used under LFU: by its counter now, and among equal ones by the time without access. Never falls
     * while nobody touches the entry, up to the 45 days after which the minutes begin anew.
     */
    public long coldness(int bits) {
        return (255L - decayed(bits)) << 16 | (lfuMinutes - (bits >>> 8)) & 0xFFFF;
    }

    /** Seconds since the last access under LRU. */
    public long idleSeconds(int bits) {
        return (lruSeconds - bits) & 0xFF_FFFF;
    }

    /** The bits of an entry that was used as often as a logarithmic counter says, and just now. */
    public int ofFrequency(int counter) {
        return lfuMinutes << 8 | counter & 255;
    }

    /** The bits of an entry that was not used for some seconds. */
    public int ofIdle(long seconds) {
        return (int) (lruSeconds - seconds) & 0xFF_FFFF;
    }
}
