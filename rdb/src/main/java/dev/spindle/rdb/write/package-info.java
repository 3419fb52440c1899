/**
 * From a {@link dev.spindle.engine.snapshot.DataView} to the bytes of RDB: values, datasets, files. Serves the core thread (SAVE, DUMP)
 * and the background writer alike: whoever writes has objects of its own and reads bytes through the memory of the view only, since
 * that of a snapshot is not where it seems to be.
 */
package dev.spindle.rdb.write;
