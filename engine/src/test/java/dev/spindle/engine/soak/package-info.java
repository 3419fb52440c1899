/**
 * A long life of an engine under mixed load at its memory limit. Families of commands are classes of their own; a new one is added to the
 * list in {@link dev.spindle.engine.soak.SoakTest}.
 */
package dev.spindle.engine.soak;
