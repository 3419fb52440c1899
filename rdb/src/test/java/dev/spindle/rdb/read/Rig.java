package dev.spindle.rdb.read;

import dev.spindle.engine.Engine;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.rdb.format.FunctionLibraries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.agrona.UnsafeApi;

/** An engine that files and bytes are loaded into. */
final class Rig implements AutoCloseable {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    final EngineHarness harness = new EngineHarness();
    final Engine engine = harness.engine();
    final FunctionLibraries libraries = new FunctionLibraries();

    Rig() {
        engine.settings().debugCommand = 2;
    }

    /** Loads a file; small steps, so that everything that can happen between two does. */
    RdbLoader load(Path file, LoadOptions options) {
        try (FileInput input = new FileInput(file)) {
            return load(input, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads bytes. */
    RdbLoader load(byte[] bytes, LoadOptions options) {
        long address = UnsafeApi.allocateMemory(bytes.length + 1L);
        UnsafeApi.copyMemory(bytes, BYTES, null, address, bytes.length);
        try {
            return load(new MemoryInput().wrap(address, bytes.length), options);
        } finally {
            UnsafeApi.freeMemory(address);
        }
    }

    private RdbLoader load(RdbInput input, LoadOptions options) {
        try (RdbLoader loader = new RdbLoader(engine, input, options, libraries, () -> {})) {
            while (loader.step(1000, Long.MAX_VALUE)) {
                continue;
            }
            return loader;
        }
    }

    static LoadOptions asMaster() {
        return new LoadOptions(false, true, true, true);
    }

    /** The digest of all data. */
    String digest() {
        return harness.command("DEBUG", "DIGEST").substring(1).trim();
    }

    static String digest(RawClient redis) {
        return redis.text("DEBUG", "DIGEST");
    }

    /** The reply to a command as text. */
    String text(String... words) {
        return harness.command(words);
    }

    @Override
    public void close() {
        harness.close();
    }
}
