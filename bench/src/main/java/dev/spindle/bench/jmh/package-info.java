/**
 * JMH suites of the hot paths: the key table, the request parser, the arena, and whole sessions without sockets. Each
 * measures one mechanism from outside through its public methods; nothing here is called by the server. {@code
 * bench/docs/jmh.md} says how to run them.
 */
package dev.spindle.bench.jmh;
