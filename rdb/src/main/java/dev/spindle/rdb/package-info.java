/**
 * The RDB format: codec, reader, background writer, SAVE, BGSAVE, DUMP, RESTORE and a file check.
 *
 * <p>Nothing is built here yet. What will live here is the byte format and nothing else: consistency while the
 * server goes on writing is the engine's ({@code engine.snapshot}), sockets are {@code net}'s. May depend on
 * {@code engine} and {@code perf}; used by {@code aof} (base files), {@code cluster} (full synchronisation) and
 * {@code net} (commands and start-up).
 */
package dev.spindle.rdb;
