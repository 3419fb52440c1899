/**
 * What only the operating system can do: the C library's calls, and the processor time it has charged.
 *
 * <p>{@link dev.spindle.perf.os.Posix} holds every native call of the project, so that one place pays for it and one list shows
 * it. Policy (which cpu, which region, when to advise) belongs to the caller.
 */
package dev.spindle.perf.os;
