package dev.spindle.engine.text;

import static dev.spindle.engine.testkit.RawClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DigestsTest {
    @Test
    void shouldGiveLowerCaseHexOfKnownInputs() {
        assertEquals(
                "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", Digests.sha1Hex(bytes("return 1")));
        assertEquals(
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                Digests.sha256Hex(bytes("")));
    }
}
