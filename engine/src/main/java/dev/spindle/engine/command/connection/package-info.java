/** Commands of the connection group. */
package dev.spindle.engine.command.connection;
