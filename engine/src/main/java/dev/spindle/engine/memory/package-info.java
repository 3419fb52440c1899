/**
 * Memory outside the heap: one reserved mapping, its pages, the size-class allocator, handles, exact accounting and
 * the write barrier. Knows nothing of keys or values. Everything here runs on the core thread, except the page toucher.
 */
package dev.spindle.engine.memory;
