/**
 * How a thread of the server spends its life: turns of a duty cycle, what it does between them, where it may run, and which
 * turns took too long and why.
 *
 * <p>What an agent does in a turn is its own matter and lives with its trade. Anyone may call.
 */
package dev.spindle.perf.agent;
