/** From the core thread to the log's agent: a bounded ring of bytes outside the heap, and the sink that fills it. */
package dev.spindle.aof.ring;
