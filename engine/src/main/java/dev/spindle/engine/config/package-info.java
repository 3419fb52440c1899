/**
 * What redis.conf, the command line and CONFIG say, and what it means for Spindle.
 *
 * <p>{@link dev.spindle.engine.config.ConfigTable} lists every parameter, one row each, with its type, default and how far
 * Spindle obeys it. {@link dev.spindle.engine.config.ServerConfig} is the state: it loads, gets, sets and rewrites. Nothing
 * here acts on a parameter; whoever does registers a listener. No sockets and no commands: replies are made by the CONFIG
 * command, which calls this package on the engine's thread.
 */
package dev.spindle.engine.config;
