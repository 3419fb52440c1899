/**
 * Spindle measured from outside: suites of its hot paths, and comparisons with other servers. May use every module; none
 * may use it, and nothing here is part of a running server.
 */
package dev.spindle.bench;
