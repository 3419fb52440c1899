/**
 * The wire protocol: a parser and a writer for RESP2, RESP3 and inline commands, over native buffers only. No sockets,
 * no clients, no commands.
 */
package dev.spindle.engine.resp;
