/**
 * The RDB format and all that is done with it.
 *
 * <pre>
 *   format    bytes: numbers of forms, lengths, LZF, the checksum, the way to disk          knows nothing of the engine
 *   write     a view of the data ► values, files                                            any thread, objects of its own
 *   read      bytes ► values in the keyspace
 *   save      when to write: SAVE, BGSAVE, save points, the last save; DUMP                 core thread
 * </pre>
 *
 * Consistency while the server goes on writing is the engine's ({@code engine.snapshot}), sockets are {@code net}'s. Depends on {@code
 * engine} and {@code perf}; used by {@code aof} (base files), {@code cluster} (full synchronisation) and {@code net} (commands and
 * start-up).
 *
 * <h2>Why values are written anew and not copied</h2>
 *
 * What Spindle keeps is denser than what Redis does: listpacks without the lengths behind their elements, list nodes whose elements
 * share a prefix, stream entries as differences. So every value is decoded and encoded once on its way out. It costs less than it seems:
 * a writer waits for memory most of the time, and a small value's elements are all in one line or two.
 */
package dev.spindle.rdb;
