/**
 * Commands: the rows that describe them, the table that finds them by name, and the dispatcher that runs them.
 *
 * <p>A command is one {@link dev.spindle.engine.command.CommandSpec} row that stands beside its handler in the class of
 * its family ({@code command.string}, {@code command.generic}, ...). What a value can do lives in {@code engine.type},
 * not here: a handler parses arguments, calls the type or the keyspace, and writes the reply.
 */
package dev.spindle.engine.command;
