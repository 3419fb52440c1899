package dev.spindle.rdb.write;

import dev.spindle.engine.Engine;
import dev.spindle.engine.ServerVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a file tells about itself in front of its keys, in the order in which Redis does. */
public final class FileFacts {

    private final Map<String, String> facts = new LinkedHashMap<>();
    private List<byte[]> libraries = List.of();

    /**
     * The facts of a file that is about to be written, taken on the core thread.
     *
     * @param aofBase whether it is to be the base of an append-only log.
     */
    public static FileFacts of(Engine engine, boolean aofBase) {
        FileFacts made = new FileFacts();
        made.put("redis-ver", ServerVersion.REDIS);
        made.put("redis-bits", "64");
        made.put("ctime", Long.toString(engine.epochClock().epochMs() / 1000));
        made.put("used-mem", Long.toString(engine.usedMemory()));
        made.put("aof-base", aofBase ? "1" : "0");
        return made;
    }

    /** Adds a fact. */
    public void put(String name, String value) {
        facts.put(name, value);
    }

    /** Sets the sources of functions that the file is to hold. */
    public void libraries(List<byte[]> sources) {
        libraries = sources;
    }

    List<byte[]> libraries() {
        return libraries;
    }

    Map<String, String> all() {
        return facts;
    }
}
