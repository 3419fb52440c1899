package dev.spindle.engine.command.server;

import dev.spindle.engine.Engine;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueDigest;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.UnsafeApi;

/**
 * The digest of DEBUG DIGEST and DEBUG DIGEST-VALUE: equal for equal data, whatever the order of keys in the table, and
 * equal to Redis's.
 *
 * <p>Two operations on 20 bytes, H being SHA-1:
 *
 * <pre>
 *   xor(d, x) = d ^ H(x)            order does not matter
 *   mix(d, x) = H(d ^ H(x))         order matters
 *
 *   value   mix(0, type as four bytes), mix the bytes of a string, or what a collection tells; xor "!!expire!!" if the key has an expiry
 *   key     mix(0, key), then on with its value
 *   dataset per database with keys: mix its number as four bytes, then xor each key's digest
 * </pre>
 *
 * Numbers are big-endian. When a key expires is not part of it, only whether it does. When a field of a hash expires is: its
 * milliseconds, as eight bytes, are mixed into the element behind field and value. A field without a time counts as in a Redis
 * that knows no such times, so hashes without any keep its digest.
 */
final class DatasetDigest implements ValueDigest {

    private static final int LENGTH = 20;
    // Redis's numbers of types, by ours.
    private static final int[] REDIS_TYPES = {-1, 0, 1, 2, 3, 4, 6};
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final byte[] EXPIRES = "!!expire!!".getBytes(StandardCharsets.US_ASCII);

    private final Engine engine;
    private final byte[] element = new byte[LENGTH];
    private final MessageDigest sha1;
    private final byte[] hash = new byte[LENGTH];
    private final byte[] number = new byte[4];
    private final byte[] wideNumber = new byte[8];
    private byte[] copy = new byte[1024];
    private byte[] value;

    DatasetDigest(Engine engine) {
        this.engine = engine;
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Digest of all databases, as lower-case hex. */
    String ofDataset(Keyspaces databases) {
        byte[] dataset = new byte[LENGTH];
        byte[] key = new byte[LENGTH];
        for (int i = 0; i < databases.count(); i++) {
            Keyspace db = databases.get(i);
            if (db.size() == 0) {
                continue;
            }
            mixNumber(dataset, i);
            for (long bucket = 0; bucket < db.table().buckets(); bucket++) {
                db.table()
                        .visitBucket(
                                bucket,
                                entry -> {
                                    Arrays.fill(key, (byte) 0);
                                    addKey(key, db.memory(), entry);
                                    addValue(key, db.memory(), entry);
                                    xor(dataset, key, LENGTH);
                                });
            }
        }
        return HexFormat.of().formatHex(dataset);
    }

    /**
     * Digest of one value, as lower-case hex.
     *
     * @param entry its key's entry, or 0 for a key that does not exist.
     */
    String ofValue(Memory memory, long entry) {
        byte[] digest = new byte[LENGTH];
        if (entry != 0) {
            addValue(digest, memory, entry);
        }
        return HexFormat.of().formatHex(digest);
    }

    private void addKey(byte[] digest, Memory memory, long entry) {
        long header = Entry.header(memory, entry);
        int length = Entry.keyLength(memory, entry, header);
        mix(digest, copied(Entry.keyAddress(entry, header), length), length);
    }

    private void addValue(byte[] digest, Memory memory, long entry) {
        long header = Entry.header(memory, entry);
        mixNumber(digest, REDIS_TYPES[Entry.type(header)]);
        value = digest;
        if (StringType.isString(header)) {
            ByteView bytes = engine.strings().view(memory, entry);
            mix(bytes.address(), bytes.length());
        } else {
            Arrays.fill(element, (byte) 0);
            engine.collection(Entry.type(header)).digest(entry, header, this);
        }
        if (Entry.expiry(memory, entry, header) != Entry.NO_EXPIRY) {
            xor(digest, EXPIRES, EXPIRES.length);
        }
    }

    @Override
    public void mix(long address, long length) {
        int bytes = Math.toIntExact(length);
        mix(value, copied(address, bytes), bytes);
    }

    @Override
    public void xor(long address, long length) {
        int bytes = Math.toIntExact(length);
        xor(value, copied(address, bytes), bytes);
    }

    @Override
    public void mixElement(long address, long length) {
        int bytes = Math.toIntExact(length);
        mix(element, copied(address, bytes), bytes);
    }

    @Override
    public void mixElementNumber(long value) {
        for (int i = 0; i < wideNumber.length; i++) {
            wideNumber[i] = (byte) (value >>> 56 - 8 * i);
        }
        mix(element, wideNumber, wideNumber.length);
    }

    @Override
    public void xorElement() {
        xor(value, element, LENGTH);
        Arrays.fill(element, (byte) 0);
    }

    private byte[] copied(long address, int length) {
        if (copy.length < length) {
            copy = new byte[Math.max(length, copy.length * 2)];
        }
        UnsafeApi.copyMemory(null, address, copy, BYTES, length);
        return copy;
    }

    private void mixNumber(byte[] digest, int value) {
        number[0] = (byte) (value >>> 24);
        number[1] = (byte) (value >>> 16);
        number[2] = (byte) (value >>> 8);
        number[3] = (byte) value;
        mix(digest, number, number.length);
    }

    private void mix(byte[] digest, byte[] data, int length) {
        xor(digest, data, length);
        hashInto(digest, LENGTH);
        System.arraycopy(hash, 0, digest, 0, LENGTH);
    }

    private void xor(byte[] digest, byte[] data, int length) {
        hashInto(data, length);
        for (int i = 0; i < LENGTH; i++) {
            digest[i] ^= hash[i];
        }
    }

    private void hashInto(byte[] data, int length) {
        sha1.update(data, 0, length);
        try {
            sha1.digest(hash, 0, LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }
}
