/**
 * One stream of effects and who receives it: what a command did to the data, in a form that does the same whenever it is repeated. Whoever
 * changes data tells it here, and nowhere else.
 *
 * <p>{@link dev.spindle.engine.propagation.Propagation} is the stream; the dispatcher feeds it commands as they were sent, handlers of
 * commands that cannot be repeated so write effects of their own, and the keyspace tells it what it deletes by itself. {@link
 * dev.spindle.engine.propagation.EffectSink} is who receives it: the append-only log, replicas. Which command becomes which effect is
 * listed in {@code docs/propagation.md}.
 *
 * <p>What must not live here: what becomes of an effect (files, peers), and what a command means: a family's effects are written beside its
 * handlers.
 */
package dev.spindle.engine.propagation;
