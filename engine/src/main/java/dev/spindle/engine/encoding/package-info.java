/**
 * How values are laid out in memory: listpacks, integer sets, tables of members, ordered indexes and the like, each as
 * flyweights over addresses of the arena. Knows bytes only: what a value may do, and when it changes its layout, is {@code
 * engine.type}'s; keys are {@code engine.keyspace}'s. Everything here runs on the core thread.
 */
package dev.spindle.engine.encoding;
