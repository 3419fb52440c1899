package dev.spindle.aof.manifest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The list of files that make up the data set: a base, and the generations that go on from it, in order.
 *
 * <pre>
 *   file appendonly.aof.3.base.rdb seq 3 type b
 *   file appendonly.aof.7.incr.cq seq 7 type i first 81234
 * </pre>
 *
 * <p>The syntax is that of Redis 7's manifest, and so are the names but for what generations end with. So a directory that Redis wrote is read as
 * it is, and Redis refuses a directory of ours because a file cannot be read instead of taking it for empty. Written to a temporary file that is
 * forced and renamed, and the directory forced: there is always one whole manifest.
 *
 * @param base or null.
 * @param increments generations in the order of their numbers.
 */
public record Manifest(LogEntry base, List<LogEntry> increments) {

    private static final long MOST_BYTES = 1 << 20;

    /** A manifest that lists nothing. */
    public static final Manifest EMPTY = new Manifest(null, List.of());

    /** The same with one generation more. */
    public Manifest with(LogEntry increment) {
        List<LogEntry> all = new ArrayList<>(increments);
        all.add(increment);
        return new Manifest(base, List.copyOf(all));
    }

    /** The largest number of a generation; 0 without any. */
    public long lastIncrement() {
        return increments.isEmpty() ? 0 : increments.get(increments.size() - 1).number();
    }

    /** Every entry. */
    public List<LogEntry> entries() {
        List<LogEntry> all = new ArrayList<>();
        if (base != null) {
            all.add(base);
        }
        all.addAll(increments);
        return all;
    }

    /**
     * Reads a manifest.
     *
     * @throws LogRefusal when it is not one.
     */
    public static Manifest read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw refusal("a manifest of " + Files.size(file) + " bytes");
        }
        LogEntry base = null;
        List<LogEntry> increments = new ArrayList<>();
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (text.isEmpty()) {
            throw refusal("Found an empty AOF manifest");
        }
        if (!text.endsWith("\n")) {
            throw refusal("The AOF manifest file contains an invalid line format");
        }
        for (String line : text.split("\n")) {
            if (line.startsWith("#")) {
                continue;
            }
            LogEntry entry = entry(line.strip());
            switch (entry.kind()) {
                case BASE -> {
                    if (base != null) {
                        throw refusal("Found duplicate base file information");
                    }
                    base = entry;
                }
                case INCREMENT -> {
                    if (!increments.isEmpty()
                            && increments.get(increments.size() - 1).number() >= entry.number()) {
                        throw refusal("Found a non-monotonic sequence number");
                    }
                    increments.add(entry);
                }
                default -> {}
            }
        }
        if (base == null && increments.isEmpty()) {
            throw refusal("Found an empty AOF manifest");
        }
        return new Manifest(base, List.copyOf(increments));
    }

    private static LogEntry entry(String line) throws LogRefusal {
        List<String> words = words(line);
        String name = null;
        long number = 0;
        long first = -1;
        LogEntry.Kind kind = null;
        if (words.size() < 6 || words.size() % 2 != 0) {
            throw refusal("Invalid AOF manifest file format: " + line);
        }
        try {
            for (int i = 0; i < words.size(); i += 2) {
                String value = words.get(i + 1);
                switch (words.get(i)) {
                    case "file" -> name = value;
                    case "seq" -> number = Long.parseLong(value);
                    case "first" -> first = Long.parseLong(value);
                    case "type" -> kind = kind(value);
                    default -> {}
                }
            }
        } catch (NumberFormatException e) {
            throw refusal("Invalid AOF manifest file format: " + line);
        }
        if (name == null || kind == null || number <= 0) {
            throw refusal("Invalid AOF manifest file format: " + line);
        }
        if (name.isEmpty() || name.contains("/") || name.equals("..") || name.equals(".")) {
            throw refusal("File can't be a path, just a filename: " + name);
        }
        return new LogEntry(name, number, kind, first);
    }

    private static LogEntry.Kind kind(String word) throws LogRefusal {
        for (LogEntry.Kind kind : LogEntry.Kind.values()) {
            if (word.length() == 1 && word.charAt(0) == kind.letter) {
                return kind;
            }
        }
        throw refusal("Unknown AOF file type " + word);
    }

    // Words between blanks; one in double quotes may hold blanks.
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted) {
                if (c == '"') {
                    quoted = false;
                } else if (c == '\\' && i + 1 < line.length()) {
                    word.append(line.charAt(++i));
                } else {
                    word.append(c);
                }
            } else if (c == ' ') {
                if (word != null) {
                    words.add(word.toString());
                    word = null;
                }
            } else {
                word = word == null ? new StringBuilder() : word;
                if (c == '"') {
                    quoted = true;
                } else {
                    word.append(c);
                }
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }

    private static LogRefusal refusal(String what) {
        return new LogRefusal(what);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (LogEntry entry : entries()) {
            String name = entry.name();
            boolean quote = name.indexOf(' ') >= 0 || name.indexOf('"') >= 0;
            text.append("file ")
                    .append(quote ? '"' + name.replace("\"", "\\\"") + '"' : name)
                    .append(" seq ")
                    .append(entry.number())
                    .append(" type ")
                    .append(entry.kind().letter);
            if (entry.firstSequence() >= 0) {
                text.append(" first ").append(entry.firstSequence());
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** Puts it in place of the one before, so that it lasts. */
    public void write(Path file) throws IOException {
        Path temporary = file.resolveSibling("temp_" + file.getFileName());
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text().getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(file.getParent());
    }

    /** Makes the names in a directory last. */
    public static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
