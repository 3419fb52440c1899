/** Commands of the generic group. */
package dev.spindle.engine.command.generic;
