package dev.spindle.perf.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0,2,4-7     | 0,2,4-7",
                "0-10:2      | 0,2,4,6,8,10",
                "1-3:5       | 1",
                "3           | 3",
                "2,1,0       | 0-2",
                "0-2,1-4     | 0-4",
                "1 , 3       | 1,3",
                "1023        | 1023",
                "''          | ''",
            })
    void shouldReadWhatTheConfigurationWrites(String text, String canonical) {
        assertEquals(canonical, CpuList.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "1,",
                ",1",
                "1,,2",
                "1-",
                "-1",
                "3-1",
                "0-4:0",
                "0-4:",
                "0-4:x",
                "1:2",
                "1024",
                "0-1024",
                "99999999999",
                "1 2",
                "0;1",
                "1--2",
                "+1"
            })
    void shouldNameTheItemWhenItIsWrong(String text) {
        final var error = assertThrows(IllegalArgumentException.class, () -> CpuList.parse(text));
        assertTrue(error.getMessage().startsWith("cpu list '" + text + "': '"), error.getMessage());
    }

    @Test
    void shouldLeaveOutWhatAnotherListNamesWhenSubtracted() {
        assertEquals(CpuList.parse("0,3"), CpuList.parse("0-3").without(CpuList.parse("1-2,9")));
        assertTrue(CpuList.of(1).without(CpuList.of(1)).isEmpty());
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertEquals(
                "cpu list '0,3-1': '3-1' runs backwards",
                assertThrows(IllegalArgumentException.class, () -> CpuList.parse("0,3-1"))
                        .getMessage());
    }

    @Test
    void shouldPutEachCpuAtItsBit() {
        final long[] mask = CpuList.parse("0,65,1023").mask();
        assertEquals(16, mask.length);
        assertEquals(1, mask[0]);
        assertEquals(2, mask[1]);
        assertEquals(Long.MIN_VALUE, mask[15]);
    }

    @Property
    void shouldComeBackTheSameWhenWrittenAndRead(@ForAll Set<@IntRange(max = 1023) Integer> cpus) {
        final int[] sorted = cpus.stream().mapToInt(Integer::intValue).sorted().toArray();
        final CpuList list = CpuList.of(sorted);
        assertEquals(list, CpuList.parse(list.toString()));
        assertEquals(list, CpuList.ofMask(list.mask()));
        assertArrayEquals(sorted, list.stream().toArray());
        assertEquals(sorted.length, list.size());
    }

    @Property
    void shouldTakeEveryStrideThCpuOfARange(
            @ForAll @IntRange(max = 200) int first,
            @ForAll @IntRange(max = 200) int length,
            @ForAll @IntRange(min = 1, max = 50) int stride) {
        final int last = first + length;
        final CpuList list = CpuList.parse(first + "-" + last + ":" + stride);
        for (int cpu = 0; cpu < 500; cpu++) {
            assertEquals(
                    cpu >= first && cpu <= last && (cpu - first) % stride == 0, list.contains(cpu));
        }
    }
}
