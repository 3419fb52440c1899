/**
 * The append-only log: a queue of effects, its fsync policies, manifest, rewrite, replay, import and export.
 *
 * <p>Nothing is built here yet. May depend on {@code rdb}, {@code engine} and {@code perf}, never on
 * {@code cluster} or {@code net}.
 */
package dev.spindle.aof;
