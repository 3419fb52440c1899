/** The thread that owns the log: takes effects from the ring, appends frames, forces as the policy says, and gets over a disk that fails. */
package dev.spindle.aof.agent;
