/**
 * The one thread that carries every client: accept, poll, read, run, write.
 *
 * <p>Here live the reactor, its pollers, connections and listeners. What a request means is the engine's; what a
 * configuration says is {@code server}'s. Called by {@code server} only.
 */
package dev.spindle.net.reactor;
