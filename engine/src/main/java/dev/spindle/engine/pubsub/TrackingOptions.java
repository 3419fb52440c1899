package dev.spindle.engine.pubsub;

import dev.spindle.engine.session.Session;
import java.util.ArrayList;
import java.util.List;

/** What stands behind CLIENT TRACKING ON. */
public final class TrackingOptions {

    /** Who is told in the client's place, or null. */
    public Session redirect;

    /** BCAST. */
    public boolean broadcast;

    /** OPTIN. */
    public boolean optIn;

    /** OPTOUT. */
    public boolean optOut;

    /** NOLOOP. */
    public boolean noLoop;

    /** PREFIX, in the order given. */
    public final List<byte[]> prefixes = new ArrayList<>();
}
