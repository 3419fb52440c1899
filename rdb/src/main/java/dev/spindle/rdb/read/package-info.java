/**
 * Reading RDB: from bytes that someone else wrote to values of the keyspace.
 *
 * <pre>
 *   RdbInput       where bytes come from: memory (RESTORE), a file with a thread that reads ahead
 *     RdbReader    lengths, strings, numbers, times; every length is held against what is really there
 *       packs      PackReader: listpack, ziplist, intset, zipmap, element by element, nothing believed
 *         values   ValueReader and one class per type: builds an entry that is in no table yet
 *           file   RdbLoader: opcodes, databases, expiry, what to do with a key; in steps
 * </pre>
 *
 * <h2>Nothing is taken over as it stands</h2>
 *
 * Redis keeps the packs of a file as its own memory, so it either checks them deeply or must trust them. Here every element is taken
 * out of its pack and put into a structure of ours, so structure is always checked, whatever {@code sanitize-dump-payload} says: a
 * pack must fill its bytes exactly, an element must lie within its pack, a number of elements must be what was found. What sanitizing
 * adds is the meaning: no field, member or element twice.
 *
 * <h2>Errors</h2>
 *
 * What is wrong ends the reading with an {@link dev.spindle.rdb.read.RdbFault} that names what and at which offset. A value that was half built is
 * freed. No length out of the bytes becomes an allocation before as many bytes have come.
 */
package dev.spindle.rdb.read;
