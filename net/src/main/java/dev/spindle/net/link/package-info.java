/** Sockets that this server opens to others. Who they are and what is said to them is decided elsewhere. */
package dev.spindle.net.link;
