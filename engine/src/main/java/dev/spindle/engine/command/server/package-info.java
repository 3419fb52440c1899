/** Commands of the server group. */
package dev.spindle.engine.command.server;
