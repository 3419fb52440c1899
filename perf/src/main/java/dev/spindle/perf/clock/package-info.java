/**
 * Sources of time, always passed in and never fetched by the code that decides on it.
 *
 * <p>Here live the two clock interfaces, their system implementations, the clock a batch shares and the one a test moves by
 * hand. Timers, timeouts and formats of dates do not belong here. Anyone may call.
 */
package dev.spindle.perf.clock;
