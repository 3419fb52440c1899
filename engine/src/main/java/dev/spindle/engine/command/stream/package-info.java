/**
 * Commands of streams. Reading and writing entries, consumer groups, and what is known about both; the structure itself is
 * {@code engine.encoding}'s, its arithmetic {@code engine.type.StreamType}'s. Handlers are methods of objects that hold what
 * they parse, one set per command table.
 */
package dev.spindle.engine.command.stream;
