/**
 * The append-only log: every effect on disk in the order in which it happened, and back.
 *
 * <pre>
 *   core      propagation ─► ring.RingSink ─► ring.EffectRing            a copy, no system call
 *   agent     EffectRing ─► frame.FrameBuffer ─► log.AofLog ─► force     see agent.LogAgent
 *   core      engine.propagation.DurabilityGate ◄─ durable               holds replies under appendfsync always
 *   files     manifest.LogDirectory: base + generations                  see there for every step that changes them
 *   start     replay.LogCheck (all of it) ─► replay.LogReplay            nothing is repeated before everything was looked through
 * </pre>
 *
 * <h2>Why Chronicle Queue, and why frames of our own</h2>
 *
 * Chronicle Queue appends into a mapped file in tens of nanoseconds, without a system call and without garbage; that is what it is used for. It
 * promises less than it seems to. Its {@code sync()} does nothing, or nothing on Linux, or leaves a hole where a block of the mapping
 * ends, depending on its mode. It has no checksums: its reader takes a zeroed page for the end, and its writer goes on behind the
 * hole, where no reader ever looks. A process that is started again under the same number waits for its own lock. So what makes a log a log is ours:
 * frames with length, sequence number and CRC32C; fdatasync on a descriptor of our own; a reader of our own; a lock of our own; and a queue
 * that was written by a run before is read and never written again.
 *
 * <p>{@code aof-log file} puts the same frames into a plain file. Everything else is the same, recovery too.
 *
 * <h2>What each policy promises</h2>
 *
 * <ul>
 *   <li>{@code always}: no reply leaves, a reader's neither, before all effects issued so far are on disk. One force covers what all clients
 *       issued meanwhile. When the disk refuses, held clients are disconnected without an answer, writers get MISCONF, readers are served; Redis ends
 *       its process there. What is in memory is written as soon as there is room.
 *   <li>{@code everysec}: a crash of the machine loses at most two seconds, one of the process what the ring held: on an idle
 *       machine milliseconds; the tests that kill a server under full load on a busy one saw up to a quarter of a second.
 *   <li>{@code no}: a crash of the machine loses what the kernel had not written, one of the process what the ring held.
 * </ul>
 *
 * In each case the state that is loaded is a prefix of what happened, in whole units.
 */
package dev.spindle.aof;
