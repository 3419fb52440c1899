/**
 * Looks at files without a server: what is in them, what is wrong with them and at which offset.
 *
 * <p>A value is looked at by building it, with the very code that loads it, in an arena of its own, and freeing it again. So what the
 * check finds sound is what a server loads.
 */
package dev.spindle.rdb.check;
