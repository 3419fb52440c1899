/** Which files make up the log, and the directory they are in: what exists only counts when the manifest lists it. */
package dev.spindle.aof.manifest;
