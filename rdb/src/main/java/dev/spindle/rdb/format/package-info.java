/**
 * Bytes of an RDB file: numbers of forms, lengths, compressed strings, the checksum, and the stream of bytes that goes to disk.
 * Knows nothing of the engine.
 */
package dev.spindle.rdb.format;
