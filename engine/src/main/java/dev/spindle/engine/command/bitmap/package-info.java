/** Commands of the bitmap group. */
package dev.spindle.engine.command.bitmap;
