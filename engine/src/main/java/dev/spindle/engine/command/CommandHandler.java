package dev.spindle.engine.command;

/**
 * What a command does. Handlers are stateless static methods; all state is reached through the invocation. A handler
 * writes exactly one reply (or none when it closes or blocks the client) and must not keep the invocation or any
 * argument address beyond its own return.
 */
@FunctionalInterface
public interface CommandHandler {

    /**
     * Runs the command.
     *
     * @param in the command at hand: arguments, client, keyspace, reply.
     */
    void execute(Invocation in);
}
