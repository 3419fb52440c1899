/** Bytes of an RDB file: numbers of forms, lengths, compressed strings, the checksum. Knows nothing of the engine. */
package dev.spindle.rdb.format;
