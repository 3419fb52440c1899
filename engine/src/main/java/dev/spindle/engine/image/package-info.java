/**
 * The memory image that a server leaves behind so that the next one can go on with it.
 *
 * <h2>How</h2>
 *
 * Handles are offsets, so the arena means the same wherever it is mapped. With its mappings made of files in memory ({@link
 * dev.spindle.engine.memory.ArenaFiles}) it outlives the process, and all that is missing is what stands in Java fields: heads of
 * lists in the allocator, sizes of tables, some counters, and sources of functions that a file brought. A clean end writes these few kilobytes into a header; the next start maps the
 * files, reads the header and serves. Nothing is copied and nothing is walked, so it takes as long for a billion keys as for none.
 *
 * <pre>
 *   data    the arena          sparse, as long as the arena may grow
 *   pages   page descriptors   sparse
 *   image   the header         only while no server uses the files
 *   lock    held by the server that uses the directory
 * </pre>
 *
 * <h2>When not</h2>
 *
 * The header is taken away before the first command, so a server that was killed leaves files without one: what they hold may be half
 * of a change, and is thrown away. So is an image of another build, whose idea of the bytes may differ; of another size or granule;
 * one whose header does not match its checksum; and one beside which the data files on disk (RDB, append-only log) have changed since:
 * whoever put another file there wants that one. The reason is said in the log, and the data come from disk as ever.
 *
 * <p>Files in memory do not survive the machine's restart: durability is the log's and the RDB file's, never the image's.
 */
package dev.spindle.engine.image;
