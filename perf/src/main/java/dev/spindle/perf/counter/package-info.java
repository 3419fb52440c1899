/**
 * Numbers that grow: single-writer counters, rates over the last samples, and the probe that counts allocated bytes.
 *
 * <p>Distributions of durations live in {@code latency}. Anyone may call.
 */
package dev.spindle.perf.counter;
