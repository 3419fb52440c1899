/** Tests of the sockets that this server opens to others. */
package dev.spindle.net.link;
