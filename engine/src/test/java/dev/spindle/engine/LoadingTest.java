package dev.spindle.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import org.junit.jupiter.api.Test;

class LoadingTest {

    private static final String REFUSAL = "-LOADING Redis is loading the dataset in memory\r\n";

    @Test
    void shouldRunOnlyWhatSaysSoWhileDataIsLoaded() {
        try (EngineHarness harness = new EngineHarness()) {
            Loading loading = harness.engine().loading();
            harness.command("SET", "a", "1");
            loading.begin(harness.clock().epochMs(), 1000);
            loading.progress(250);
            loading.usedMemory(77);
            harness.clock().advanceMs(3000);
            for (String[] command :
                    new String[][] {{"GET", "a"}, {"SET", "a", "2"}, {"PING"}, {"DBSIZE"}}) {
                assertEquals(REFUSAL, harness.command(command));
            }
            assertEquals("+OK\r\n", harness.command("MULTI"));
            assertEquals(REFUSAL, harness.command("GET", "a"));
            assertTrue(harness.command("EXEC").startsWith("-EXECABORT"));
            assertEquals("+OK\r\n", harness.command("SELECT", "1"));
            assertEquals("+OK\r\n", harness.command("SELECT", "0"));
            String info = harness.command("INFO", "persistence");
            for (String field :
                    new String[] {
                        "loading:1",
                        "loading_total_bytes:1000",
                        "loading_rdb_used_mem:77",
                        "loading_loaded_bytes:250",
                        "loading_loaded_perc:25.00",
                        "loading_eta_seconds:8"
                    }) {
                assertTrue(info.contains("\r\n" + field + "\r\n"), field + " in " + info);
            }
            loading.keys(5, 6);
            loading.end();
            assertEquals("$1\r\n1\r\n", harness.command("GET", "a"));
            info = harness.command("INFO", "persistence");
            assertFalse(info.contains("loading_total_bytes"), info);
            assertTrue(info.contains("rdb_last_load_keys_loaded:5\r\n"), info);
            assertTrue(info.contains("rdb_last_load_keys_expired:6\r\n"), info);
        }
    }

    @Test
    void shouldLetNothingExpireWhileDataIsLoaded() {
        try (EngineHarness harness = new EngineHarness()) {
            harness.command("SET", "a", "1", "PX", "1");
            harness.engine().loading().begin(harness.clock().epochMs(), 1);
            harness.clock().advanceMs(1000);
            for (int i = 0; i < 100; i++) {
                harness.engine().cron(harness.clock().nanoTime());
                harness.engine().idleWork();
            }
            assertEquals(1, harness.engine().keyspaces().get(0).size());
            harness.engine().loading().end();
            assertEquals("$-1\r\n", harness.command("GET", "a"));
        }
    }
}
