/** Commands of the string group. */
package dev.spindle.engine.command.string;
