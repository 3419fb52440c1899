/** Everything that owns a socket or belongs to start-up: {@code reactor} and {@code server}. Holds no classes itself. */
package dev.spindle.net;
