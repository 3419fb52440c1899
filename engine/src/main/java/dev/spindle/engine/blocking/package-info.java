/**
 * Clients that wait for keys: who waits for what, in which order they are served, and when their time is up. What a family's
 * command does for a client that waited is the family's {@code BlockedOperation}.
 */
package dev.spindle.engine.blocking;
