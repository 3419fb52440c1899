package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassesAheadTest {
    private static final String INITIALIZED = "spindle.test.classes-ahead.initialized";

    @TempDir Path directory;

    static class Origin {}

    static class Wanted {
        static {
            System.setProperty(INITIALIZED, "yes");
        }
    }

    static class Unwanted {}

    private static final class TellingLoader extends URLClassLoader {
        TellingLoader(Path jar) throws IOException {
            super(new URL[] {jar.toUri().toURL()}, null);
        }

        boolean hasLoaded(Class<?> type) {
            return findLoadedClass(type.getName()) != null;
        }
    }

    private Path jar() throws IOException {
        Path jar = directory.resolve("some.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            // The broken one comes first, so that it could keep others from being loaded.
            out.putNextEntry(new JarEntry("some/Broken.class"));
            out.write("no class".getBytes(StandardCharsets.US_ASCII));
            for (Class<?> type : new Class<?>[] {Origin.class, Wanted.class, Unwanted.class}) {
                copy(type, out);
            }
        }
        return jar;
    }

    private static void copy(Class<?> type, JarOutputStream out) throws IOException {
        String name = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream bytes = type.getClassLoader().getResourceAsStream(name)) {
            bytes.transferTo(out);
        }
    }

    @Test
    void shouldLoadWantedClassesOfTheJarAndInitializeNone() throws Exception {
        try (TellingLoader loader = new TellingLoader(jar())) {
            Class<?> origin = loader.loadClass(Origin.class.getName());
            assertFalse(loader.hasLoaded(Wanted.class));

            int linked = ClassesAhead.load(origin, name -> !name.equals(Unwanted.class.getName()));

            assertEquals(2, linked);
            assertTrue(loader.hasLoaded(Wanted.class));
            assertFalse(loader.hasLoaded(Unwanted.class));
            assertNull(System.getProperty(INITIALIZED));
        }
    }

    @Test
    void shouldDoNothingForClassesThatComeFromNoJar() {
        assertEquals(0, ClassesAhead.load(ClassesAheadTest.class, name -> true));
        assertEquals(0, ClassesAhead.load(String.class, name -> true));
    }
}
