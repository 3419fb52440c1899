/** Commands that put payloads of DUMP into the keyspace. The payload is whatever a client sent: {@code rdb.read} believes nothing of it. */
package dev.spindle.rdb.restore;
