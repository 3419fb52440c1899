/** Commands of HyperLogLogs, which are strings. */
package dev.spindle.engine.command.hyperloglog;
