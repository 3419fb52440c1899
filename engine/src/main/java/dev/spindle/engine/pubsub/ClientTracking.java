package dev.spindle.engine.pubsub;

import dev.spindle.engine.session.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What one client asked for with CLIENT TRACKING. The object stays with the client, since keys that it read point at it; it
 * outlives the client until the last of them is forgotten, and holds no more than this then.
 */
public final class ClientTracking {

    private Session session;
    private Session redirect;
    boolean on;
    boolean broadcasting;
    boolean onlyWhenAsked;
    boolean unlessAsked;
    boolean noLoop;
    boolean caching;
    boolean broken;
    final List<byte[]> prefixes = new ArrayList<>();

    ClientTracking(Session session) {
        this.session = session;
    }

    /** The client; null when it is gone. */
    Session session() {
        return session;
    }

    void forgetSession() {
        session = null;
        redirect = null;
    }

    void redirect(Session to) {
        redirect = to;
    }

    /** The client that is told in place of this one, or null; it may be closed. */
    Session redirect() {
        return redirect;
    }

    /** Whether keys that the command at hand reads are to be remembered. */
    boolean remembers() {
        return on && !broadcasting && (!onlyWhenAsked || caching) && (!unlessAsked || !caching);
    }

    /** Whether it tracks. */
    public boolean isOn() {
        return on;
    }

    /** Whether it hears of every key with its prefixes, read or not (BCAST). */
    public boolean isBroadcasting() {
        return broadcasting;
    }

    /** Whether only keys of commands behind CLIENT CACHING YES are tracked (OPTIN). */
    public boolean isOptIn() {
        return onlyWhenAsked;
    }

    /** Whether keys of commands behind CLIENT CACHING NO are not tracked (OPTOUT). */
    public boolean isOptOut() {
        return unlessAsked;
    }

    /** Whether it does not hear of what it changes itself (NOLOOP). */
    public boolean isNoLoop() {
        return noLoop;
    }

    /** Whether CLIENT CACHING was given for the next command. */
    public boolean isCaching() {
        return caching;
    }

    /** Sets that. */
    public void caching(boolean given) {
        caching = given;
    }

    /** Whether the client that should be told in its place was found to be gone. */
    public boolean isBroken() {
        return broken;
    }

    /** Number of the client that is told in its place; 0: none, -1: it does not track. */
    public long redirectId() {
        if (!on) {
            return -1;
        }
        return redirect == null ? 0 : redirect.id();
    }

    /** Its prefixes in order of their bytes; do not change. */
    public List<byte[]> prefixes() {
        return Collections.unmodifiableList(prefixes);
    }

    void addPrefix(byte[] prefix) {
        prefixes.add(prefix);
        prefixes.sort(Arrays::compareUnsigned);
    }
}
