package dev.spindle.bench.compare;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of an INFO reply, in the order in which they came. */
final class Info {
    private final Map<String, String> fields;

    private Info(Map<String, String> fields) {
        this.fields = fields;
    }

    static Info parse(String reply) {
        Map<String, String> fields = new LinkedHashMap<>();
        reply.lines()
                .filter(line -> !line.startsWith("#") && line.indexOf(':') > 0)
                .forEach(
                        line -> {
                            int colon = line.indexOf(':');
                            fields.put(line.substring(0, colon), line.substring(colon + 1).trim());
                        });
        return new Info(fields);
    }

    static Info ask(RespConnection connection, String section) throws IOException {
        return parse(connection.ask("INFO", section));
    }

    /** As {@link #ask}, but empty if the server has no such command. */
    static Info askIfKnown(RespConnection connection, String section) throws IOException {
        try {
            return ask(connection, section);
        } catch (RespConnection.ErrorReply unknown) {
            return parse("");
        }
    }

    Map<String, String> fields() {
        return fields;
    }

    String text(String field, String orElse) {
        return fields.getOrDefault(field, orElse);
    }

    /**
     * @throws IOException if the server does not report the field
     */
    long number(String field) throws IOException {
        String value = fields.get(field);
        if (value == null) {
            throw new IOException("the server's INFO has no field " + field);
        }
        return Long.parseLong(value);
    }

    /** One part of a field such as {@code p50=1.2,p99=3.4}; NaN if the field or the part is missing. */
    double part(String field, String part) {
        for (String pair : text(field, "").split(",")) {
            if (pair.startsWith(part + "=")) {
                return Double.parseDouble(pair.substring(part.length() + 1));
            }
        }
        return Double.NaN;
    }
}
