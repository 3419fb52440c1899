/**
 * Spindle and a real redis-server run the same commands, and their replies are compared byte for byte. One class of cases
 * per family of commands; {@link dev.spindle.engine.differential.Duel} runs them.
 */
package dev.spindle.engine.differential;
