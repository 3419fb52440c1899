package dev.spindle.engine.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A raw reply taken apart, for tests that must look into it.
 *
 * @param type the frame's first character, such as {@code *} or {@code $}.
 * @param text of a leaf, without frame; null for nil and for aggregates.
 * @param children of an aggregate, maps as keys and values in turn.
 */
public record ReplyTree(char type, String text, List<ReplyTree> children) {

    /** Takes a complete reply apart; one character per byte. */
    public static ReplyTree parse(String raw) {
        int[] at = {0};
        ReplyTree tree = parse(raw, at);
        if (at[0] != raw.length()) {
            throw new IllegalArgumentException("more than one reply: " + raw);
        }
        return tree;
    }

    private static ReplyTree parse(String raw, int[] at) {
        int end = raw.indexOf("\r\n", at[0]);
        char type = raw.charAt(at[0]);
        String head = raw.substring(at[0] + 1, end);
        at[0] = end + 2;
        switch (type) {
            case '$', '=' -> {
                int length = Integer.parseInt(head);
                if (length < 0) {
                    return new ReplyTree(type, null, List.of());
                }
                String text = raw.substring(at[0], at[0] + length);
                at[0] += length + 2;
                return new ReplyTree(type, text, List.of());
            }
            case '*', '~', '%', '>' -> {
                int count = Integer.parseInt(head) * (type == '%' ? 2 : 1);
                List<ReplyTree> children = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    children.add(parse(raw, at));
                }
                return new ReplyTree(type, null, children);
            }
            default -> {
                return new ReplyTree(type, head, List.of());
            }
        }
    }

    /** A child by its place. */
    public ReplyTree get(int index) {
        return children.get(index);
    }

    /** The value behind a key among keys and values in turn, or null. */
    public ReplyTree value(String key) {
        for (int i = 0; i + 1 < children.size(); i += 2) {
            if (key.equals(children.get(i).text)) {
                return children.get(i + 1);
            }
        }
        return null;
    }

    /** The same without a key and its value. */
    public ReplyTree without(String key) {
        List<ReplyTree> kept = new ArrayList<>();
        for (int i = 0; i + 1 < children.size(); i += 2) {
            if (!key.equals(children.get(i).text)) {
                kept.add(children.get(i));
                kept.add(children.get(i + 1));
            }
        }
        return new ReplyTree(type, text, kept);
    }

    /** The same with only the first children. */
    public ReplyTree first(int count) {
        return new ReplyTree(type, text, children.subList(0, Math.min(count, children.size())));
    }

    @Override
    public String toString() {
        return children.isEmpty() && text != null ? type + text : type + children.toString();
    }
}
