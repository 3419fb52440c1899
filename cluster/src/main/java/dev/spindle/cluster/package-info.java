/**
 * Replication, Sentinel and Cluster as state machines that own no socket: messages and ticks go in, messages come
 * out.
 *
 * <p>Nothing is built here yet. May depend on {@code rdb}, {@code engine} and {@code perf}, never on {@code aof} or
 * {@code net}.
 */
package dev.spindle.cluster;
