/**
 * The one thread that carries every client: accept, poll, read, run, write.
 *
 * <p>Here live the reactor, its pollers, connections and listeners, and the limits that clients are held to. What a request means
 * is the engine's; what a configuration says is {@code server}'s. Called by {@code server} only.
 */
package dev.spindle.net.reactor;
