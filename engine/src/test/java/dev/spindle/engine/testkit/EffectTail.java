package dev.spindle.engine.testkit;

import dev.spindle.engine.testkit.EffectCollector.Effect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Follows the append-only file of a real server: what it has written since the last time, for the database that SELECT named. */
public final class EffectTail implements AutoCloseable {

    private final FileChannel file;
    private long position;
    private int db = -1;

    EffectTail(Path directory) {
        Path log = directory.resolve("appendonlydir/appendonly.aof.1.incr.aof");
        if (!Files.exists(log)) {
            log = directory.resolve("appendonly.aof");
        }
        try {
            file = FileChannel.open(log, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The effects since the last time; those of a command are there when its reply is. */
    public List<Effect> take() {
        List<Effect> effects = new ArrayList<>();
        String text = read();
        int at = 0;
        while (at < text.length()) {
            int end = end(text, at);
            List<String> words = EffectCollector.words(text.substring(at, end));
            at = end;
            if (words.get(0).equals("SELECT")) {
                db = Integer.parseInt(words.get(1));
            } else {
                effects.add(new Effect(db, words));
            }
        }
        return effects;
    }

    private String read() {
        try {
            long size = file.size();
            ByteBuffer bytes = ByteBuffer.allocate((int) (size - position));
            while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) >= 0) {
                continue;
            }
            position = size;
            return new String(bytes.array(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int end(String text, int from) {
        int line = text.indexOf("\r\n", from);
        int count = Integer.parseInt(text.substring(from + 1, line));
        int at = line + 2;
        for (int i = 0; i < count; i++) {
            line = text.indexOf("\r\n", at);
            at = line + 4 + Integer.parseInt(text.substring(at + 1, line));
        }
        return at;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
