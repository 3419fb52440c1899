package dev.spindle.net.server;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Loads the server's own classes before a command is the first to need them.
 *
 * <p>A virtual machine reads, verifies and links a class when it is first used, on the thread that uses it, and each takes a third of
 * a millisecond. The core would do that for every client to wait: measured on a fresh server, 14 ms for the first ZADD, 11 ms for
 * the first BGSAVE, where each mapping of metaspace had to wait for the thread that backs memory with pages besides. So a thread of its
 * own does it when the server is up.
 *
 * <p>Classes are linked, not initialized: two threads that initialize classes which need each other's wait for ever. What runs in a
 * static initializer is left for the first use.
 */
final class ClassesAhead {
    private static final String SUFFIX = ".class";

    private ClassesAhead() {}

    /**
     * Loads and links the classes in the jar that a class comes from; does nothing for one that does not come from a jar.
     *
     * @param wanted tells by the name as {@link Class#getName} says it
     * @return how many were linked; what cannot be is left alone, since whoever needs it gets the error
     */
    static int load(Class<?> origin, Predicate<String> wanted) {
        int linked = 0;
        for (String name : names(origin)) {
            if (wanted.test(name)) {
                try {
                    // Asking for its members is the one way to have a class linked and not
                    // initialized.
                    Class.forName(name, false, origin.getClassLoader()).getDeclaredConstructors();
                    linked++;
                } catch (ClassNotFoundException | LinkageError e) {
                    continue;
                }
            }
        }
        return linked;
    }

    private static List<String> names(Class<?> origin) {
        List<String> names = new ArrayList<>();
        CodeSource source = origin.getProtectionDomain().getCodeSource();
        if (source == null) {
            return names;
        }
        try {
            File file = new File(source.getLocation().toURI());
            if (!file.isFile()) {
                return names;
            }
            try (JarFile jar = new JarFile(file)) {
                jar.stream()
                        .map(ZipEntry::getName)
                        .filter(name -> name.endsWith(SUFFIX))
                        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                        .forEach(name -> names.add(name.replace('/', '.')));
            }
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            // Not a jar in the file system: they are loaded when they are needed.
            return List.of();
        }
        return names;
    }
}
