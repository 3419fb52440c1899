/**
 * Keys: the table that finds them, the entry that holds one with its value, databases, expiry, access clocks, SCAN.
 * Knows entries and their generic header; what a value can do is {@code engine.type}'s.
 */
package dev.spindle.engine.keyspace;
