/** Commands of the pub/sub group. What they act on is in {@code engine.pubsub}. */
package dev.spindle.engine.command.pubsub;
