package dev.spindle.engine.pubsub;

import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceListener;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.text.Numbers;

/**
 * Publishes what happens to keys (notify-keyspace-events), each event under the key, under its own name, or both:
 *
 * <pre>
 *   __keyspace@0__:KEY   EVENT
 *   __keyevent@0__:EVENT   KEY
 * </pre>
 *
 * <p>Which kinds of events come here is decided before, by the keyspace's mask. Names of channels are put together outside the
 * heap and only while anybody listens to anything, so that an event costs no allocation.
 */
public final class KeyspaceNotifier implements KeyspaceListener {

    private static final byte[] KEYSPACE = Ascii.bytes("__keyspace@");
    private static final byte[] KEYEVENT = Ascii.bytes("__keyevent@");
    private static final byte[] END = Ascii.bytes("__:");

    private final PubSub pubsub;
    private final Scratch text = new Scratch();
    private boolean byKey;
    private boolean byEvent;

    public KeyspaceNotifier(PubSub pubsub) {
        this.pubsub = pubsub;
    }

    /** Sets which channels are used: those named by keys, those named by events. */
    public void channels(boolean namedByKey, boolean namedByEvent) {
        byKey = namedByKey;
        byEvent = namedByEvent;
    }

    @Override
    public void keyEvent(int db, KeyspaceEvent event, long keyAddress, int keyLength) {
        if (!pubsub.hasListeners()) {
            return;
        }
        if (byKey) {
            begin(KEYSPACE, db);
            text.append(keyAddress, keyLength);
            int channelLength = (int) text.length();
            text.append(event.nameBytes());
            long channel = text.address();
            pubsub.publish(
                    channel, channelLength, channel + channelLength, event.nameBytes().length);
        }
        if (byEvent) {
            begin(KEYEVENT, db);
            text.append(event.nameBytes());
            pubsub.publish(text.address(), (int) text.length(), keyAddress, keyLength);
        }
    }

    private void begin(byte[] start, int db) {
        text.clear();
        text.append(start);
        long before = text.length();
        long to = text.extend(Numbers.MAX_LONG_LENGTH);
        text.length(before + Numbers.writeLong(to, db));
        text.append(END);
    }

    @Override
    public void keyModified(int db, long keyAddress, int keyLength) {}

    @Override
    public void keyExpired(int db, long keyAddress, int keyLength) {}

    @Override
    public void flushed(int db) {}
}
