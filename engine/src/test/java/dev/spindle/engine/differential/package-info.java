/**
 * Spindle and a real redis-server run the same commands, and their replies are compared byte for byte: written cases per
 * family of commands as data, and seeded random sequences. {@link dev.spindle.engine.differential.Duel} runs them, and
 * compares what replies do not show. Tests of families elsewhere may use it too. What a whole connection's worth of bytes
 * does, frames broken or not, is compared without it, since there the bytes sent are no list of commands.
 */
package dev.spindle.engine.differential;
