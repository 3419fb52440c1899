/**
 * One stream of effects and who receives it: what a command did, in a form that does the same whenever it is repeated. Whoever
 * changes data tells it here, and nowhere else.
 */
package dev.spindle.engine.propagation;
