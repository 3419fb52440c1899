/**
 * INFO: its sections, one class each, and the figures they show. Sections read counters that others keep and keep none
 * themselves, but for rates and peaks. A module that brings facts of its own adds or replaces a section; what only the
 * process around the engine knows comes through {@link dev.spindle.engine.info.ProcessFacts}. Control plane.
 */
package dev.spindle.engine.info;
