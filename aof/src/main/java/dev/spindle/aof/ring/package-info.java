/**
 * From the core thread to the log's agent: a bounded ring of bytes outside the heap, the sink that fills it, the file that keeps what is in it when the
 * process is killed ({@link dev.spindle.aof.ring.RingFile} tells why and how), and what the next start reads of that.
 */
package dev.spindle.aof.ring;
