/** Commands of sets. What a set can do is {@code engine.type}'s. */
package dev.spindle.engine.command.set;
