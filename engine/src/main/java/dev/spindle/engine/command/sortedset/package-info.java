/** Commands of the sorted_set group. What they do to a sorted set is {@code type.SortedSet}'s, whatever its encoding. */
package dev.spindle.engine.command.sortedset;
