/**
 * The side-by-side comparison with a real Redis: one command that launches both servers, loads them in turn and reports
 * medians, ratios and spread.
 *
 * <p>What lives here: launching and pinning of the two servers, the load, the readings of {@code /proc}, the statistics and the
 * report. What must not: anything that runs inside a server, and any figure that cannot be had from outside through a socket or
 * the operating system, since both servers must be measured with the same ruler. Nobody calls this package; its way in is
 * {@link dev.spindle.bench.compare.Compare}.
 */
package dev.spindle.bench.compare;
