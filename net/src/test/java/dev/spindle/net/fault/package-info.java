/**
 * What is left of the data when something breaks: whole servers as processes that are killed at any moment, whose disk is full or takes no writes, whose
 * files were changed behind their back.
 *
 * <p>All of it rests on one thing, {@code Steps}: numbered commands whose effects name their number. So a state tells of itself after how
 * many of them it stands, whether it is exactly that state, and whether what was acknowledged is in it.
 *
 * <p>How often a process is killed is set with {@code -Dfault.rounds=}: few times by default, since each costs the start of a server.
 */
package dev.spindle.net.fault;
