/**
 * The database without sockets, files or peers: memory, keyspace, types, the wire protocol over buffers, sessions and
 * commands.
 */
package dev.spindle.engine;
