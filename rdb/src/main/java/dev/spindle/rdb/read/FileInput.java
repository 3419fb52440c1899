package dev.spindle.rdb.read;

import dev.spindle.engine.memory.Scratch;
import dev.spindle.perf.agent.Threads;
import dev.spindle.rdb.format.Crc64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * The bytes of a file, read ahead by a thread of its own into a few native blocks, so that whoever takes them hardly ever waits for the
 * disk, and the checksum costs it nothing.
 *
 * <pre>
 *   block     [room for the rest of the block before][bytes of the file .....................]
 *                                            ▲ what was not taken of the block before is copied here
 * </pre>
 *
 * So what lies across two blocks is in one piece again, as long as the rest fits the room; longer texts are put together in a buffer
 * that grows as their bytes really come.
 */
public final class FileInput extends RdbInput {

    private static final int BLOCK_BYTES = 1 << 20;
    private static final int ROOM_BYTES = 64 << 10;
    private static final int BLOCKS = 4;

    // One block: where it is and what the reading thread knows of it.
    private static final class Block {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(ROOM_BYTES + BLOCK_BYTES);
        private final long data = BufferUtil.address(buffer) + ROOM_BYTES;
        private int length;
        private long checksumBefore;
        private IOException failure;
    }

    private final FileChannel file;
    private final long size;
    private final BlockingQueue<Block> free = new ArrayBlockingQueue<>(BLOCKS);
    private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS);
    private final Thread reader;
    private final Scratch assembled = new Scratch();
    private Block current;
    private volatile boolean closed;

    /**
     * Opens a file and begins to read it.
     *
     * @throws IOException when it cannot be opened.
     */
    public FileInput(Path path) throws IOException {
        this(FileChannel.open(path, StandardOpenOption.READ));
    }

    /** Reads an open file from where it stands; closes it in the end. */
    public FileInput(FileChannel file) throws IOException {
        this.file = file;
        this.size = file.size() - file.position();
        for (int i = 0; i < BLOCKS; i++) {
            free.add(new Block());
        }
        reader = new Thread(this::readAhead, "rdb-read");
        reader.setDaemon(true);
        reader.start();
    }

    private void readAhead() {
        long checksum = Crc64.START;
        try {
            while (!closed) {
                Block block = free.take();
                block.checksumBefore = checksum;
                fill(block);
                checksum = Crc64.update(checksum, block.data, block.length);
                full.put(block);
                if (block.length == 0 || block.failure != null) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // An empty block is the end of the file, or of our luck.
    private void fill(Block block) {
        block.length = 0;
        block.failure = null;
        ByteBuffer into = block.buffer.clear().position(ROOM_BYTES);
        try {
            while (into.hasRemaining() && file.read(into) >= 0) {
                continue;
            }
        } catch (IOException e) {
            block.failure = e;
        }
        block.length = into.position() - ROOM_BYTES;
    }

    @Override
    protected long takeMore(long bytes) {
        long rest = end - at;
        if (rest <= ROOM_BYTES && bytes <= rest + BLOCK_BYTES) {
            nextBlock(rest);
            return take(bytes);
        }
        return assemble(bytes);
    }

    // Goes to the next block, before which the rest of this one is put.
    private void nextBlock(long rest) {
        Block before = current;
        Block next = await();
        UnsafeApi.copyMemory(at, next.data - rest, rest);
        current = next;
        if (before != null) {
            free.add(before);
        }
        at = next.data - rest;
        end = next.data + next.length;
        endOffset += next.length;
    }

    private Block await() {
        Block next;
        try {
            next = full.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RdbFault(RdbFault.Kind.UNREADABLE, offset(), "Interrupted");
        }
        if (next.failure != null || next.length == 0) {
            full.add(next); // whoever asks again gets the same answer
        }
        if (next.failure != null) {
            String reason = next.failure.getMessage();
            throw new RdbFault(RdbFault.Kind.UNREADABLE, offset(), "Cannot read: " + reason);
        }
        if (next.length == 0) {
            full.add(next); // whoever asks again gets the same answer
            throw new RdbFault(RdbFault.Kind.SHORT, endOffset, "Unexpected EOF reading RDB file");
        }
        return next;
    }

    private long assemble(long bytes) {
        assembled.clear();
        long missing = bytes;
        while (true) {
            long here = Math.min(missing, end - at);
            assembled.append(at, here);
            at += here;
            missing -= here;
            if (missing == 0) {
                break;
            }
            nextBlock(0);
        }
        return assembled.address();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long checksum() {
        if (current == null) {
            return Crc64.START;
        }
        assert at >= current.data : "asked for what was before the block";
        return Crc64.update(current.checksumBefore, current.data, at - current.data);
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        Threads.join(reader);
        assembled.release();
        try {
            file.close();
        } catch (IOException e) {
            return; // read only: nothing is lost
        }
    }
}
