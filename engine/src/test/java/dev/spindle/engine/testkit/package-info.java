/**
 * What tests of every module share, through the test-jar of this one: a real redis-server to be judged by, a client that
 * shows its raw bytes, and an engine without sockets under a clock that the test moves. No tests, and no cases.
 */
package dev.spindle.engine.testkit;
