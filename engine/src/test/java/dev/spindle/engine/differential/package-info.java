/**
 * Spindle and a real redis-server run the same commands, and their replies are compared byte for byte: written cases per
 * family of commands as data, and seeded random sequences. {@link dev.spindle.engine.differential.Duel} runs those that
 * also compare what replies do not show.
 */
package dev.spindle.engine.differential;
