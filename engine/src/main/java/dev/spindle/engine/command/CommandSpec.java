package dev.spindle.engine.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One row of the command table: what a command is called, how many arguments it takes, how it may be used, where its
 * keys are, and the handler that runs it. Prose (summary, arguments, history) lives in the docs resource of its group
 * and is read only when somebody asks for it.
 */
public final class CommandSpec {

    private static final KeySpec[] NO_KEYS = new KeySpec[0];
    private static final CommandSpec[] NO_SUBCOMMANDS = new CommandSpec[0];

    private final String name;
    private final byte[] nameBytes;
    private byte[] wireName;
    private final int arity;
    private final long flags;
    private final long categories;
    private final CommandHandler handler;
    private KeySpec[] keySpecs = NO_KEYS;
    private String[] tips = new String[0];
    private CommandSpec[] subcommands = NO_SUBCOMMANDS;
    private CommandSpec container;
    private KeyFinder keyFinder;
    private TransactionRole transactionRole = TransactionRole.QUEUED;
    private int id = -1;

    // The first range of keys, flattened for the session's batch touch.
    private int firstKey;
    private int lastKey;
    private int keyStep;
    private int memberArg;

    // Every row has it, so that a mask of all bits meets every row.
    private static final long ANY_ROW = 1L << 63;
    private static final long OF_DATA = CommandFlag.WRITE.bit() | CommandFlag.READONLY.bit();

    private CommandSpec(
            String name, int arity, long flags, long categories, CommandHandler handler) {
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.US_ASCII);
        this.wireName = nameBytes;
        this.arity = arity;
        this.flags = flags | ANY_ROW;
        this.categories = categories;
        this.handler = handler;
    }

    /**
     * A row.
     *
     * @param name lower-case name; of a subcommand, without its container's.
     * @param arity number of arguments with the name; negative: at least so many.
     * @param flags space-separated wire names of {@link CommandFlag}s.
     * @param categories space-separated names of {@link AclCategory}s; those that follow from the flags (read, write,
     *     fast, slow, admin and dangerous, pubsub, blocking) are added.
     * @param handler runs the command; null for a container that does nothing by itself.
     */
    public static CommandSpec command(
            String name, int arity, String flags, String categories, CommandHandler handler) {
        long bits = 0;
        for (String flag : words(flags)) {
            bits |= CommandFlag.valueOf(flag.toUpperCase(Locale.ROOT)).bit();
        }
        long acl = 0;
        for (String category : words(categories)) {
            acl |= AclCategory.valueOf(category.toUpperCase(Locale.ROOT)).bit();
        }
        return new CommandSpec(name, arity, bits, acl | implied(bits), handler);
    }

    private static long implied(long flags) {
        long acl = 0;
        if ((flags & CommandFlag.WRITE.bit()) != 0) {
            acl |= AclCategory.WRITE.bit();
        }
        if ((flags & CommandFlag.READONLY.bit()) != 0) {
            acl |= AclCategory.READ.bit();
        }
        if ((flags & CommandFlag.ADMIN.bit()) != 0) {
            acl |= AclCategory.ADMIN.bit() | AclCategory.DANGEROUS.bit();
        }
        if ((flags & CommandFlag.PUBSUB.bit()) != 0) {
            acl |= AclCategory.PUBSUB.bit();
        }
        if ((flags & CommandFlag.BLOCKING.bit()) != 0) {
            acl |= AclCategory.BLOCKING.bit();
        }
        acl |=
                (flags & CommandFlag.FAST.bit()) != 0
                        ? AclCategory.FAST.bit()
                        : AclCategory.SLOW.bit();
        return acl;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(" ")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /** Adds key specs, in order. */
    public CommandSpec keys(KeySpec... specs) {
        keySpecs = specs;
        if (specs.length > 0
                && specs[0].begin() == KeySpec.Begin.INDEX
                && specs[0].find() == KeySpec.Find.RANGE) {
            firstKey = specs[0].index();
            lastKey = specs[0].first() < 0 ? specs[0].first() : firstKey + specs[0].first();
            keyStep = specs[0].second();
            // Ranges that follow each other without a gap are one range to old clients.
            for (int i = 1; i < specs.length && lastKey == specs[i].index() - 1; i++) {
                if (specs[i].begin() != KeySpec.Begin.INDEX
                        || specs[i].find() != KeySpec.Find.RANGE) {
                    break;
                }
                lastKey =
                        specs[i].first() < 0
                                ? specs[i].first()
                                : specs[i].index() + specs[i].first();
            }
        }
        return this;
    }

    /** Sets what becomes of the command inside a transaction; without this it is queued. */
    public CommandSpec inTransaction(TransactionRole role) {
        transactionRole = role;
        return this;
    }

    /** What becomes of the command inside a transaction. */
    public TransactionRole transactionRole() {
        return transactionRole;
    }

    /** Adds command tips such as {@code request_policy:multi_shard}. */
    public CommandSpec tips(String... values) {
        tips = values;
        return this;
    }

    /** Adds subcommands, which makes this row a container. */
    public CommandSpec subcommands(CommandSpec... rows) {
        subcommands = rows;
        for (CommandSpec row : rows) {
            row.container = this;
        }
        return this;
    }

    /**
     * Says which argument is a member (a field) of the collection at the first key, so that the batch touch can load where it
     * lies in a large one.
     */
    public CommandSpec member(int index) {
        memberArg = index;
        return this;
    }

    /** Position of the member that the batch touch may load, or 0. */
    public int memberArg() {
        return memberArg;
    }

    /** A finder for keys that key specs cannot describe; used by COMMAND GETKEYS and, later, by ACL and cluster. */
    public CommandSpec keyFinder(KeyFinder finder) {
        keyFinder = finder;
        return this;
    }

    // What a client calls it: its name, or what rename-command made of it.
    void calledAs(byte[] wireName) {
        this.wireName = wireName;
    }

    byte[] wireName() {
        return wireName;
    }

    void assignId(int value) {
        id = value;
    }

    /** Dense number of this row in its table, from 0; indexes per-command statistics. */
    public int id() {
        return id;
    }

    /** Lower-case name; of a subcommand, without its container's. */
    public String name() {
        return name;
    }

    /** Name as on the wire; a subcommand as {@code container|name}. */
    public String fullName() {
        return container == null ? name : container.name + '|' + name;
    }

    /** {@link #name()} in ASCII bytes; do not change. */
    public byte[] nameBytes() {
        return nameBytes;
    }

    /** Number of arguments with the name; negative: at least so many. */
    public int arity() {
        return arity;
    }

    /** Whether a number of arguments (with the name) fits the arity. */
    public boolean accepts(int argc) {
        return arity >= 0 ? argc == arity : argc >= -arity;
    }

    /** Bits of {@link CommandFlag}. */
    public long flags() {
        return flags;
    }

    /** Whether a flag is set. */
    public boolean has(CommandFlag flag) {
        return (flags & flag.bit()) != 0;
    }

    /** Whether it reads or writes keys, and asks or changes nothing else. */
    public boolean isOfData() {
        return (flags & OF_DATA) != 0;
    }

    /** Bits of {@link AclCategory}. */
    public long categories() {
        return categories;
    }

    /** The handler; null for a container. */
    public CommandHandler handler() {
        return handler;
    }

    /** Key specs in order; do not change. */
    public KeySpec[] keySpecs() {
        return keySpecs;
    }

    /** Command tips; do not change. */
    public String[] tips() {
        return tips;
    }

    /** Subcommand rows; empty unless this is a container. */
    public CommandSpec[] subcommands() {
        return subcommands;
    }

    /** The container of a subcommand, or null. */
    public CommandSpec container() {
        return container;
    }

    /** The finder of keys that key specs cannot describe, or null. */
    public KeyFinder keyFinder() {
        return keyFinder;
    }

    /** Position of the first key of the first range, or 0: no key at a fixed place. */
    public int firstKey() {
        return firstKey;
    }

    /** Position of the last key of the first range; negative counts from the end (-1 is the last argument). */
    public int lastKey() {
        return lastKey;
    }

    /** Distance between keys of the first range. */
    public int keyStep() {
        return keyStep;
    }

    @Override
    public String toString() {
        return fullName();
    }
}
