/**
 * Who is asking: the state of a client and the batch loop that runs everything it sent. No socket in sight; {@code net}
 * moves bytes between a session's buffers and its socket.
 */
package dev.spindle.engine.session;
