package dev.spindle.engine.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.Engine;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.TableWalk;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.PageImages;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.type.StringType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotsTest {

    private static final int PAGE = PageImages.PAGE_BYTES;

    private final EngineHarness harness = new EngineHarness();
    private final Engine engine = harness.engine();
    private final Snapshots snapshots = engine.snapshots();

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void shouldShowTheDataOfItsEpochWhenTheyAreChangedLater() {
        harness.command("SET", "kept", "as it is");
        harness.command("SET", "overwritten", "before");
        harness.command("SET", "number", "12345");
        harness.command("SET", "long", "x".repeat(100_000));
        harness.command("SET", "deleted", "once there");
        Map<String, String> before = strings(new LiveView(engine.keyspaces(), 42), 0);
        assertEquals(5, before.size());
        Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
        harness.command("SET", "overwritten", "after");
        harness.command("INCR", "number");
        harness.command("SETRANGE", "long", "50000", "y");
        harness.command("DEL", "deleted");
        harness.command("SET", "new", "value");
        assertEquals(before, strings(snapshot.view(), 0));
        harness.command("FLUSHALL");
        assertEquals(before, strings(snapshot.view(), 0));
        assertEquals(5, snapshot.view().keys());
        snapshot.end();
        assertEquals(Map.of(), strings(new LiveView(engine.keyspaces(), 42), 0));
    }

    @Test
    void shouldShowTheDataOfItsEpochWhenPipelinesComeForKeysOldAndNew() {
        int keys = 400;
        for (int i = 0; i < keys; i++) {
            harness.command("SET", "key" + i, "x".repeat(i % 300));
        }
        // What has been deleted leaves pages behind which new keys come to.
        for (int i = 0; i < keys; i += 5) {
            harness.command("DEL", "key" + i);
        }
        Map<String, String> before = strings(new LiveView(engine.keyspaces(), 42), 0);
        for (int round = 0; round < 3; round++) {
            Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
            int none = snapshots.images().pages();
            StringBuilder reads = new StringBuilder();
            StringBuilder writes = new StringBuilder();
            for (int i = 0; i < keys * 2; i += 2) {
                reads.append(EngineHarness.frame("GET", "key" + i));
                writes.append(EngineHarness.frame("SETRANGE", "key" + i, "3", "y" + round));
                writes.append(EngineHarness.frame("GET", "new" + i));
            }
            harness.send(harness.session(), reads.toString());
            assertEquals(none, snapshots.images().pages(), "what is only read is not preserved");
            harness.send(harness.session(), writes.toString());
            assertTrue(snapshots.images().pages() > none);
            assertEquals(before, strings(snapshot.view(), 0));
            snapshot.end();
            before = strings(new LiveView(engine.keyspaces(), 42), 0);
        }
    }

    @Test
    void shouldKeepEachDatabaseInItsPlaceWhenTheyAreSwapped() {
        harness.command("SET", "a", "zero");
        harness.command("SELECT", "3");
        harness.command("SET", "b", "three", "EX", "100");
        Snapshot snapshot = snapshots.begin(SnapshotPurpose.FULL_SYNC);
        harness.command("SWAPDB", "0", "3");
        DataView view = snapshot.view();
        assertEquals(Map.of("a", "zero"), strings(view, 0));
        assertEquals(Map.of("b", "three"), strings(view, 3));
        assertEquals(1, view.expiring(3));
        assertEquals(0, view.expiring(0));
        assertEquals(16, view.databases());
        assertEquals(harness.clock().epochMs(), view.asOfMs());
    }

    @Test
    void shouldShowAnotherEpochWhenOneFollowsTheOther() {
        for (int round = 0; round < 5; round++) {
            harness.command("SET", "key", "value " + round);
            Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
            harness.command("SET", "key", "later");
            assertEquals(Map.of("key", "value " + round), strings(snapshot.view(), 0));
            snapshot.end();
        }
        assertEquals(5, snapshots.taken());
    }

    @Test
    void shouldKeepItsDirectoryWhenTheTableShrinksAndGrowsAgain() {
        fill(20_000, "old");
        Map<String, String> before = strings(new LiveView(engine.keyspaces(), 42), 0);
        Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
        for (int i = 0; i < 20_000; i++) {
            harness.command("DEL", "key:" + i);
        }
        fill(30_000, "new");
        assertEquals(before, strings(snapshot.view(), 0));
    }

    @Test
    void shouldLeaveNoTraceOfARehearsal() {
        harness.command("SET", "key", "value");
        snapshots.rehearse();
        assertEquals(0, snapshots.taken());
        assertFalse(snapshots.isRunning());
        assertFalse(engine.arena().memory().isArmed());
        Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
        snapshots.rehearse();
        assertSame(snapshot, snapshots.current());
        harness.command("SET", "key", "later");
        assertEquals(Map.of("key", "value"), strings(snapshot.view(), 0));
    }

    @Test
    void shouldRefuseASecondOneWhileOneRuns() {
        Snapshot first = snapshots.begin(SnapshotPurpose.BGSAVE);
        assertThrows(IllegalStateException.class, () -> snapshots.begin(SnapshotPurpose.REWRITE));
        assertSame(first, snapshots.current());
        assertTrue(snapshots.isRunning());
        first.end();
        first.end();
        assertFalse(snapshots.isRunning());
        assertNull(snapshots.current());
        assertThrows(IllegalStateException.class, first::view);
        snapshots.begin(SnapshotPurpose.REWRITE).end();
    }

    @Test
    void shouldPreserveEachChangedPageOnceAndNoneThatIsNew() {
        harness.command("SET", "key", "x".repeat(50 * PAGE));
        Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
        assertEquals(0, snapshots.preservedBytes());
        harness.command("SETRANGE", "key", "0", "y");
        long first = snapshots.preservedPages();
        assertTrue(first >= 1 && first < 10, first + " pages");
        for (int i = 0; i < 100; i++) {
            harness.command("SETRANGE", "key", "" + i, "z");
        }
        assertEquals(first, snapshots.preservedPages());
        harness.command("SETRANGE", "key", "" + 10 * PAGE, "y".repeat(20 * PAGE));
        assertTrue(snapshots.preservedPages() - first >= 20);
        assertTrue(snapshots.preservedPages() - first <= 22);
        long pages = snapshots.preservedPages();
        harness.command("SET", "another", "x".repeat(500 * PAGE));
        assertTrue(snapshots.preservedPages() - pages < 10);
        long bytes = snapshots.preservedBytes();
        snapshot.end();
        assertEquals(0, snapshots.preservedBytes());
        assertEquals(bytes, snapshots.lastPreservedBytes());
        assertEquals(bytes, snapshots.peakBytes());
    }

    @Test
    void shouldWarnOncePerSnapshotWhenTheBudgetIsPassed() {
        harness.command("SET", "key", "x".repeat(50 * PAGE));
        snapshots.budget(10 * PAGE);
        for (int round = 1; round <= 2; round++) {
            Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
            harness.command("SETRANGE", "key", "0", "y".repeat(PAGE));
            assertEquals(round - 1, harness.log().size());
            harness.command("SETRANGE", "key", "0", "y".repeat(40 * PAGE));
            assertEquals(round, harness.log().size());
            assertTrue(
                    harness.log()
                            .get(0)
                            .contains("snapshot-memory-budget (" + 10 * PAGE + " bytes)"));
            snapshot.end();
        }
        assertEquals(2, snapshots.budgetPassed());
    }

    @Test
    void shouldRefuseWhateverWouldChangeWhatIsFrozen() {
        harness.command("SET", "key", "value");
        Arena frozen = snapshots.begin(SnapshotPurpose.BGSAVE).view().arena();
        Memory memory = frozen.memory();
        long address = frozen.limitAddress() - frozen.reservedBytes() + PAGE;
        assertTrue(memory.isFrozen());
        assertThrows(UnsupportedOperationException.class, () -> memory.putByte(address, (byte) 1));
        assertThrows(UnsupportedOperationException.class, () -> memory.fill(address, 9, (byte) 1));
        assertThrows(UnsupportedOperationException.class, () -> frozen.allocate(10));
        assertThrows(UnsupportedOperationException.class, () -> frozen.allocate(100_000));
        assertThrows(UnsupportedOperationException.class, () -> frozen.sizeOf(address));
        assertThrows(UnsupportedOperationException.class, frozen::close);
        assertEquals(0, frozen.purge(1));
    }

    private void fill(int keys, String value) {
        for (int i = 0; i < keys; i++) {
            harness.command("SET", "key:" + i, value + i);
        }
    }

    private static Map<String, String> strings(DataView view, int db) {
        Memory memory = view.arena().memory();
        StringType type = new StringType();
        Map<String, String> found = new TreeMap<>();
        TableWalk walk = new TableWalk();
        walk.start(view.table(db));
        while (walk.next()) {
            long header = Entry.header(memory, walk.entry());
            String key =
                    text(
                            memory,
                            Entry.keyAddress(walk.entry(), header),
                            Entry.keyLength(memory, walk.entry(), header));
            ByteView value = type.view(memory, walk.entry());
            assertNull(found.put(key, text(memory, value.address(), value.length())));
        }
        assertEquals(found.size(), view.table(db).size());
        return found;
    }

    private static String text(Memory memory, long address, long length) {
        byte[] bytes = new byte[(int) length];
        memory.copyOut(address, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
