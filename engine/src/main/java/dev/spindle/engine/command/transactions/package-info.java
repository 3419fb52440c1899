/** MULTI, EXEC, DISCARD, WATCH, UNWATCH: the commands over {@code session.Transactions} and {@code session.WatchedKeys}. */
package dev.spindle.engine.command.transactions;
