package dev.spindle.engine.command.set;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every member is picked equally often, in every encoding and on every way of picking. */
class SetFairnessTest {

    @ParameterizedTest
    @CsvSource({
        "intset,SRANDMEMBER,0,50",
        "intset,SRANDMEMBER,-30,50",
        "intset,SRANDMEMBER,5,50",
        "intset,SRANDMEMBER,40,50",
        "intset,SPOP,0,50",
        "intset,SPOP,7,50",
        "listpack,SRANDMEMBER,0,50",
        "listpack,SRANDMEMBER,-30,50",
        "listpack,SRANDMEMBER,5,50",
        "listpack,SPOP,0,50",
        "listpack,SPOP,7,50",
        "listpack,SPOP,45,50",
        "hashtable,SRANDMEMBER,0,200",
        "hashtable,SRANDMEMBER,-30,200",
        "hashtable,SRANDMEMBER,5,200",
        "hashtable,SRANDMEMBER,150,200",
        "hashtable,SPOP,0,50",
        "hashtable,SPOP,7,50",
        "hashtable,SPOP,45,50",
    })
    void shouldPickEachMemberEquallyOften(String encoding, String command, int count, int members) {
        String prefix = encoding.equals("intset") ? "" : "m";
        try (EngineHarness engine = new EngineHarness()) {
            engine.command(
                    "CONFIG",
                    "SET",
                    "set-max-listpack-entries",
                    encoding.equals("listpack") ? "128" : "0");
            List<String> add = new ArrayList<>(List.of("SADD", "s"));
            for (int i = 0; i < members; i++) {
                add.add(prefix + i);
            }
            String[] fill = add.toArray(new String[0]);
            engine.command(fill);
            int each = Math.max(1, Math.abs(count));
            int rounds = 300 * members / each;
            Map<String, Integer> counts = new HashMap<>();
            for (int i = 0; i < rounds; i++) {
                String reply =
                        count == 0
                                ? engine.command(command, "s")
                                : engine.command(command, "s", "" + count);
                String[] lines = reply.split("\r\n");
                for (int line = count == 0 ? 1 : 2; line < lines.length; line += 2) {
                    counts.merge(lines[line], 1, Integer::sum);
                }
                if (command.equals("SPOP")) {
                    engine.command(fill);
                }
            }
            double expected = (double) rounds * each / members;
            double sum = 0;
            for (int i = 0; i < members; i++) {
                double off = counts.getOrDefault(prefix + i, 0) - expected;
                sum += off * off / expected;
            }
            // Mean at most members - 1; six deviations never happen by chance.
            double limit = members + 6 * Math.sqrt(2.0 * members);
            assertTrue(sum < limit, "chi-square " + sum + " of " + members);
        }
    }
}
