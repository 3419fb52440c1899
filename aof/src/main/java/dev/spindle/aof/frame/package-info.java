/** Frames: how effects stand in a log, whatever file carries them, and how damage is told from an end. Formats only; no thread, no policy. */
package dev.spindle.aof.frame;
