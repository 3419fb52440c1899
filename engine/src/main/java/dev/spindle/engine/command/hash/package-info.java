/**
 * Hashes and the times of their fields. Parses arguments and writes replies; what a hash is, is {@code engine.type}'s.
 *
 * <p>Handlers that need room of their own are methods of objects made with the rows, so that each engine has its own.
 */
package dev.spindle.engine.command.hash;
