package dev.spindle.engine.type;

/**
 * What DEBUG DIGEST-VALUE makes of a value, as the type tells it. With H for SHA-1, {@code mix(d, x)} is H(d ^ H(x)), where
 * order matters, and {@code xor(d, x)} is d ^ H(x), where it does not.
 */
public interface ValueDigest {

    /** Mixes bytes into the value's digest: an element of something ordered. */
    void mix(long address, long length);

    /** Xors bytes into the value's digest: an element of something unordered. */
    void xor(long address, long length);

    /** Mixes bytes into the digest of an element of several parts, which starts at zero. */
    void mixElement(long address, long length);

    /** Mixes a number, as eight bytes with the greatest first, into the digest of an element of several parts. */
    void mixElementNumber(long number);

    /** Xors the digest of an element into the value's, and starts the next. */
    void xorElement();
}
