/**
 * How the server times and runs itself: clocks, duty cycles, affinity, latency recorders, rates.
 *
 * <p>Nothing here knows of a database, a protocol or a command; every other module may use it, and it uses none of them.
 */
package dev.spindle.perf;
