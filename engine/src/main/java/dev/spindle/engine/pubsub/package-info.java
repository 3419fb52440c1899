/**
 * What clients are told without having asked at that moment: messages of channels, events of keys, and which keys they may
 * not keep any longer.
 *
 * <p>Who listens to what is kept here, and messages are put together here and appended to the outputs of clients. Commands
 * that subscribe and publish are in {@code command.pubsub}; what sends the outputs is the reactor.
 */
package dev.spindle.engine.pubsub;
