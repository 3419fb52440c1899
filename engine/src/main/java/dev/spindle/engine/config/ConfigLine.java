package dev.spindle.engine.config;

/**
 * Where a setting comes from.
 *
 * @param number of the line, from 1, within its file or, for options, within file and command line together.
 * @param text of the line, trimmed.
 */
public record ConfigLine(int number, String text) {}
