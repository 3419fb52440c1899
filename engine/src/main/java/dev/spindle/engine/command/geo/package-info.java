/** Commands of the geo group: positions are sorted sets whose scores are 52 bits of interleaved longitude and latitude. */
package dev.spindle.engine.command.geo;
