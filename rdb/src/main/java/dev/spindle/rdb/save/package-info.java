/**
 * When files are written and payloads made: SAVE, BGSAVE, save points, the last save at the end of a server, DUMP. Decides on the core
 * thread; a background save is written by one thread of its own.
 */
package dev.spindle.rdb.save;
