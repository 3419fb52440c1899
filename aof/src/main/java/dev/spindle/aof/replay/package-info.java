/** From files to data: looks through all of a log before anything of it is repeated, then repeats it through a session of the engine. */
package dev.spindle.aof.replay;
