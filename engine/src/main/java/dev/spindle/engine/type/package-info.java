/**
 * What a value can do, and when it changes its encoding. Works on entries; knows nothing of arguments and replies.
 */
package dev.spindle.engine.type;
