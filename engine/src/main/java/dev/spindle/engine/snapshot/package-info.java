/** Epochs, preserved pages and the frozen view: consistency of what a reader beside the core thread sees, and no file format. */
package dev.spindle.engine.snapshot;
