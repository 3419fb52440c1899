/**
 * The process: command line, configuration, log, signals, and putting engine and reactor together.
 *
 * <p>Nothing here runs per request. Called by the virtual machine, and by tests that want a server of their own.
 */
package dev.spindle.net.server;
