package dev.spindle.engine.command.pubsub;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.HelpReply;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.pubsub.PubSub;
import dev.spindle.engine.pubsub.PubSub.Kind;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.text.Ascii;
import java.util.List;

/**
 * Subscribing, publishing, and PUBSUB, which tells who does.
 *
 * <p>What (un)subscribing answers are pushes and no replies, one per name: a client that wants no replies gets them all the
 * same, and one that speaks RESP3 can tell them from the replies of other commands.
 */
public final class PubSubCommands {

    private static final byte[] SUBSCRIBE = Ascii.bytes("subscribe");
    private static final byte[] PSUBSCRIBE = Ascii.bytes("psubscribe");
    private static final byte[] SSUBSCRIBE = Ascii.bytes("ssubscribe");
    private static final byte[] UNSUBSCRIBE = Ascii.bytes("unsubscribe");
    private static final byte[] PUNSUBSCRIBE = Ascii.bytes("punsubscribe");
    private static final byte[] SUNSUBSCRIBE = Ascii.bytes("sunsubscribe");
    private static final String LISTENING = "pubsub noscript loading stale";
    private static final String ASKING = "pubsub loading stale";

    private PubSubCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return new CommandSpec[] {
            listening("psubscribe", -2, in -> subscribe(in, Kind.PATTERN, PSUBSCRIBE)),
            command("publish", 3, "pubsub loading stale fast", "", PubSubCommands::publish),
            command("pubsub", -2, "", "", null)
                    .subcommands(
                            asking("channels", -2, in -> channels(in, Kind.CHANNEL)),
                            command("help", 2, "loading stale", "", PubSubCommands::help),
                            asking("numpat", 2, PubSubCommands::patternCount),
                            asking("numsub", -2, in -> listeners(in, Kind.CHANNEL)),
                            asking("shardchannels", -2, in -> channels(in, Kind.SHARD_CHANNEL)),
                            asking("shardnumsub", -2, in -> listeners(in, Kind.SHARD_CHANNEL))),
            listening("punsubscribe", -1, in -> unsubscribe(in, Kind.PATTERN, PUNSUBSCRIBE)),
            command("spublish", 3, "pubsub loading stale fast", "", PubSubCommands::publishInShard)
                    .keys(range("not_key", 1, 0, 1)),
            listening("ssubscribe", -2, in -> subscribe(in, Kind.SHARD_CHANNEL, SSUBSCRIBE))
                    .keys(range("not_key", 1, -1, 1)),
            listening("subscribe", -2, in -> subscribe(in, Kind.CHANNEL, SUBSCRIBE)),
            listening("sunsubscribe", -1, in -> unsubscribe(in, Kind.SHARD_CHANNEL, SUNSUBSCRIBE))
                    .keys(range("not_key", 1, -1, 1)),
            listening("unsubscribe", -1, in -> unsubscribe(in, Kind.CHANNEL, UNSUBSCRIBE)),
        };
    }

    private static CommandSpec listening(String name, int arity, CommandHandler handler) {
        return command(name, arity, LISTENING, "", handler);
    }

    private static CommandSpec asking(String name, int arity, CommandHandler handler) {
        return command(name, arity, ASKING, "", handler);
    }

    private static void subscribe(Invocation in, Kind kind, byte[] answer) {
        Session session = in.session();
        for (int i = 1; i < in.argc(); i++) {
            in.engine().pubsub().subscribe(session, kind, in.argAddress(i), in.argLength(i));
            in.reply().push(3);
            in.reply().bulk(answer);
            in.reply().bulk(in.argAddress(i), in.argLength(i));
            in.reply().integer(PubSub.count(session, kind));
        }
        session.replyIsPush();
    }

    private static void unsubscribe(Invocation in, Kind kind, byte[] answer) {
        Session session = in.session();
        if (in.argc() == 1) {
            unsubscribeAll(in, kind, answer);
        }
        for (int i = 1; i < in.argc(); i++) {
            in.engine().pubsub().unsubscribe(session, kind, in.argAddress(i), in.argLength(i));
            in.reply().push(3);
            in.reply().bulk(answer);
            in.reply().bulk(in.argAddress(i), in.argLength(i));
            in.reply().integer(PubSub.count(session, kind));
        }
        session.replyIsPush();
    }

    private static void unsubscribeAll(Invocation in, Kind kind, byte[] answer) {
        byte[] name = in.engine().pubsub().unsubscribeOldest(in.session(), kind);
        do {
            in.reply().push(3);
            in.reply().bulk(answer);
            if (name == null) {
                in.reply().nullBulk();
            } else {
                in.reply().bulk(name);
            }
            in.reply().integer(PubSub.count(in.session(), kind));
            name = in.engine().pubsub().unsubscribeOldest(in.session(), kind);
        } while (name != null);
    }

    static void publish(Invocation in) {
        long sent =
                in.engine()
                        .pubsub()
                        .publish(
                                in.argAddress(1),
                                in.argLength(1),
                                in.argAddress(2),
                                in.argLength(2));
        in.engine().propagation().message();
        in.reply().integer(sent);
    }

    static void publishInShard(Invocation in) {
        long sent =
                in.engine()
                        .pubsub()
                        .publishInShard(
                                in.argAddress(1),
                                in.argLength(1),
                                in.argAddress(2),
                                in.argLength(2));
        in.engine().propagation().message();
        in.reply().integer(sent);
    }

    private static void channels(Invocation in, Kind kind) {
        if (in.argc() > 3) {
            HelpReply.syntaxError(in);
            return;
        }
        List<byte[]> names =
                in.engine().pubsub().names(kind, in.argc() == 3 ? in.argBytes(2) : null);
        in.reply().array(names.size());
        for (byte[] name : names) {
            in.reply().bulk(name);
        }
    }

    private static void listeners(Invocation in, Kind kind) {
        in.reply().array((in.argc() - 2) * 2L);
        for (int i = 2; i < in.argc(); i++) {
            in.reply().bulk(in.argAddress(i), in.argLength(i));
            in.reply()
                    .integer(
                            in.engine()
                                    .pubsub()
                                    .listeners(kind, in.argAddress(i), in.argLength(i)));
        }
    }

    private static void patternCount(Invocation in) {
        in.reply().integer(in.engine().pubsub().topics(Kind.PATTERN));
    }

    private static void help(Invocation in) {
        HelpReply.write(
                in,
                "CHANNELS [<pattern>]",
                "    Return the currently active channels matching a <pattern> (default: '*').",
                "NUMPAT",
                "    Return number of subscriptions to patterns.",
                "NUMSUB [<channel> ...]",
                "    Return the number of subscribers for the specified channels, excluding",
                "    pattern subscriptions(default: no channels).",
                "SHARDCHANNELS [<pattern>]",
                "    Return the currently active shard level channels matching a <pattern> (default: '*').",
                "SHARDNUMSUB [<shardchannel> ...]",
                "    Return the number of subscribers for the specified shard level channel(s)");
    }
}
