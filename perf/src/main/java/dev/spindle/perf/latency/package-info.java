/**
 * How long things took: distributions per operation, logs of the slow ones, spikes by event, percentiles over time.
 *
 * <p>Operations are numbers and events are names given by the caller; what they mean and how a reply shows them is not known here.
 * Recording is hot and free of garbage; reading belongs to the control plane. Unless a class says otherwise, one thread owns an
 * instance, for writing and reading.
 */
package dev.spindle.perf.latency;
