/**
 * Bytes that spell something: numbers, patterns, quoted words, digests, key slots.
 *
 * <p>Everything here is a pure function of the bytes it is given, with Redis's results to the last byte. What runs per
 * request ({@link dev.spindle.engine.text.Numbers}, {@link dev.spindle.engine.text.Doubles}, {@link
 * dev.spindle.engine.text.GlobPattern}, {@link dev.spindle.engine.text.KeySlot}) works on addresses and allocates
 * nothing; the rest belongs to the control plane and may use Strings.
 *
 * <p>State, sockets, sessions and the keyspace do not belong here. Any package may call it.
 *
 * <p>Methods come in two forms: {@code (long address, int length)} for off-heap bytes, and {@code (byte[] bytes)}. Both
 * are one implementation over a base object and an offset, where the base of an address is null.
 */
package dev.spindle.engine.text;
