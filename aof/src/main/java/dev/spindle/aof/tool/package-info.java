/** Tools over a log that no server has open: check and repair, export to Redis, restore to a point. */
package dev.spindle.aof.tool;
