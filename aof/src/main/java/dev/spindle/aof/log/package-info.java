/** Logs that frames are appended to: one over Chronicle Queue, one over a plain file. A log serves one thread, except that another may force it. */
package dev.spindle.aof.log;
