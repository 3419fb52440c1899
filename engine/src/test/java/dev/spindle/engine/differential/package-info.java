/** The same commands to Spindle and to a real redis-server, replies compared byte for byte. One class of cases per family. */
package dev.spindle.engine.differential;
