/**
 * Two threads on one page: jcstress tests of what a reader of a snapshot may see while the core stores. {@link
 * dev.spindle.engine.snapshot.race.SnapshotRacesTest} runs them.
 */
package dev.spindle.engine.snapshot.race;
