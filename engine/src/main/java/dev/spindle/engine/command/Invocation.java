package dev.spindle.engine.command; 
/** placeholder. */
public final class Invocation {}
