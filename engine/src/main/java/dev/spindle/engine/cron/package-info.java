/**
 * Work that the core does by the clock, not because a client asked: active expiry, freeing what was flushed, shrinking
 * tables, giving memory back. Each kind of work is a class with a slice bounded in time; {@link
 * dev.spindle.engine.cron.Cron} decides which slice is due. Only the reactor calls it. No commands, no sockets, no threads.
 */
package dev.spindle.engine.cron;
