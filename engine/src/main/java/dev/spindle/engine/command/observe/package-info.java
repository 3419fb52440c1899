/**
 * Commands that show how the server fares: slow and large commands (SLOWLOG, COMMANDLOG), latency spikes and distributions
 * (LATENCY), and every command as it is executed (MONITOR). What they show is recorded elsewhere: by the dispatcher, and by
 * those who sample events of their own. Nothing here runs unless somebody asks.
 */
package dev.spindle.engine.command.observe;
