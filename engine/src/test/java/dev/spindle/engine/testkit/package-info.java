/**
 * What tests of every module share: a real redis-server to be judged by, and a client that shows its raw bytes.
 *
 * <p>Nothing here knows Spindle's own classes, so that any module may use it through the test-jar of this one.
 */
package dev.spindle.engine.testkit;
