/** Commands of lists. What blocking commands need of them is in {@link dev.spindle.engine.command.list.ListServing}. */
package dev.spindle.engine.command.list;
