package dev.spindle.aof.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A generation is a queue like any other: the library's own reader sees the same frames, so what we set aside ahead disturbs nothing of its own. */
class ChronicleReaderTest {

    @TempDir Path directory;

    @Test
    void shouldBeReadableByChronicleItself() throws IOException {
        ChronicleSetup.prepare(line -> {});
        FrameBuffer buffer = new FrameBuffer();
        Path path = directory.resolve("queue");
        int frames = 3000;
        long id;
        try (AofLog log = LogFiles.create(LogFormat.CHRONICLE, path, 0, buffer)) {
            id = log.id();
            for (int i = 1; i <= frames; i++) {
                log.append(buffer.seal(0, i, i, 10_000 + i % 7));
            }
        }
        try (ChronicleQueue queue =
                        SingleChronicleQueueBuilder.binary(path)
                                .rollCycle(GenerationCycle.ONLY)
                                .blockSize(ChronicleLog.BLOCK)
                                .readOnly(true)
                                .build();
                ExcerptTailer tailer = queue.createTailer()) {
            for (int i = 0; i <= frames; i++) {
                try (DocumentContext document = tailer.readingDocument()) {
                    assertTrue(document.isPresent());
                    Bytes<?> bytes = document.wire().bytes();
                    assertEquals(FrameDescriptor.MAGIC, bytes.readInt());
                    assertEquals(0, bytes.readInt() & FrameDescriptor.CONTINUES);
                    assertEquals(i == 0 ? id : i, bytes.readLong());
                }
            }
            try (DocumentContext document = tailer.readingDocument()) {
                assertFalse(document.isPresent());
            }
        }
    }
}
