package dev.spindle.perf.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdleModeTest {
    @ParameterizedTest
    @EnumSource(IdleMode.class)
    void shouldReadWhatItWrites(IdleMode mode) {
        assertEquals(mode, IdleMode.parse(mode.text()));
        assertEquals(mode, IdleMode.parse(mode.text().toUpperCase(java.util.Locale.ROOT)));
        assertEquals(mode == IdleMode.BLOCK, mode.blocks());
    }

    @Test
    void shouldNameTheChoicesWhenUnknown() {
        final var error =
                assertThrows(IllegalArgumentException.class, () -> IdleMode.parse("busy_spin"));
        assertEquals(
                "idle strategy must be busy-spin, yield, backoff or block, not 'busy_spin'",
                error.getMessage());
    }

    @Test
    void shouldGiveEachThreadABackoffOfItsOwn() {
        assertNotSame(IdleMode.BACKOFF.newStrategy(), IdleMode.BACKOFF.newStrategy());
    }
}
