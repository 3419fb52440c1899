package dev.spindle.engine.text;

import static dev.spindle.engine.testkit.RawClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.List;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class KeySlotTest {
    @Test
    void shouldGiveTheChecksumOfTheClusterSpecification() {
        assertEquals(0x31C3, KeySlot.crc16(bytes("123456789")));
    }

    @Test
    void shouldAgreeWithTheRealServerWhenKeysHaveTags() {
        try (RealRedis redis = RealRedis.startAny("--cluster-enabled", "yes");
                RawClient client = redis.connect()) {
            for (String key :
                    List.of(
                            "",
                            "a",
                            "{a}b",
                            "x{a}b",
                            "{}b",
                            "{}{a}",
                            "{a",
                            "a}",
                            "}{a}",
                            "{{a}}",
                            "{a}{b}",
                            "foo{{bar}}zap",
                            "\u00ff\0")) {
                assertEquals(
                        Integer.parseInt(client.text("CLUSTER", "KEYSLOT", key)),
                        KeySlot.of(bytes(key)),
                        key);
            }
        }
    }

    @Test
    void shouldGiveTheSameSlotWhenKeyIsOffHeap() {
        byte[] key = bytes("user:{1000}:name");
        long address = UnsafeApi.allocateMemory(key.length);
        try {
            for (int i = 0; i < key.length; i++) {
                UnsafeApi.putByte(address + i, key[i]);
            }
            assertEquals(KeySlot.of(key), KeySlot.of(address, key.length));
            assertEquals(KeySlot.of(bytes("1000")), KeySlot.of(address, key.length));
        } finally {
            UnsafeApi.freeMemory(address);
        }
    }
}
