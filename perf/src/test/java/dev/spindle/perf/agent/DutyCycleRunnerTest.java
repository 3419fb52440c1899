package dev.spindle.perf.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DutyCycleRunnerTest {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private volatile AgentErrorHandler.Verdict verdict = AgentErrorHandler.Verdict.GO_ON;

    /** Takes a few turns by a script, then signals and finds nothing more to do. */
    private class ScriptedAgent implements Agent {
        final CountDownLatch done = new CountDownLatch(1);
        private int turn;

        int script(int turnNumber) throws Exception {
            return 0;
        }

        @Override
        public void onStart() throws Exception {
            events.add("start");
        }

        @Override
        public int doWork() throws Exception {
            turn++;
            if (turn > 10) {
                done.countDown();
                return 0;
            }
            return script(turn);
        }

        @Override
        public void onClose() throws Exception {
            events.add("close");
        }

        @Override
        public String roleName() {
            return "scripted";
        }
    }

    private DutyCycleRunner runner(Agent agent) {
        return new DutyCycleRunner(agent, IdleMode.YIELD, (source, error) -> judge(error));
    }

    private AgentErrorHandler.Verdict judge(Throwable error) {
        errors.add(error);
        return verdict;
    }

    @ParameterizedTest
    @EnumSource(value = IdleMode.class, names = "BLOCK", mode = EnumSource.Mode.EXCLUDE)
    void shouldCountUsefulAndEmptyTurns(IdleMode mode) throws InterruptedException {
        final ScriptedAgent agent =
                new ScriptedAgent() {
                    @Override
                    int script(int turn) {
                        return turn <= 4 ? turn : 0;
                    }
                };
        final DutyCycleRunner runner =
                new DutyCycleRunner(agent, mode, (source, error) -> judge(error));
        final Thread thread = runner.start();
        assertEquals("scripted", thread.getName());
        agent.done.await();
        runner.close();
        assertEquals(4, runner.usefulTurns());
        assertTrue(runner.emptyTurns() >= 6, runner.emptyTurns() + " empty turns");
        assertEquals(List.of("start", "close"), events);
        assertFalse(runner.isRunning());
        assertNull(runner.failure());
    }

    @Test
    void shouldGoOnWhenTheHandlerSaysSo() throws InterruptedException {
        final ScriptedAgent agent =
                new ScriptedAgent() {
                    @Override
                    int script(int turn) {
                        if (turn % 2 == 0) {
                            throw new IllegalStateException("turn " + turn);
                        }
                        return 1;
                    }
                };
        final DutyCycleRunner runner = runner(agent);
        runner.start();
        agent.done.await();
        runner.close();
        assertEquals(5, errors.size());
        assertEquals(5, runner.usefulTurns());
        assertNull(runner.failure());
    }

    @Test
    void shouldStopAndCloseWhenTheHandlerSaysSo() throws InterruptedException {
        verdict = AgentErrorHandler.Verdict.STOP;
        final Error error = new StackOverflowError("scripted");
        final DutyCycleRunner runner =
                runner(
                        new ScriptedAgent() {
                            @Override
                            int script(int turn) {
                                throw error;
                            }
                        });
        runner.start();
        assertTrue(runner.awaitEnd(30, TimeUnit.SECONDS));
        assertSame(error, runner.failure());
        assertEquals(List.of(error), errors);
        assertEquals(List.of("start", "close"), events);
    }

    @Test
    void shouldStopWhenTheHandlerItselfFails() throws InterruptedException {
        final DutyCycleRunner runner =
                new DutyCycleRunner(
                        new ScriptedAgent() {
                            @Override
                            int script(int turn) throws Exception {
                                throw new java.io.IOException("turn");
                            }
                        },
                        IdleMode.YIELD,
                        (source, error) -> {
                            throw new IllegalStateException("handler");
                        });
        runner.start();
        assertTrue(runner.awaitEnd(30, TimeUnit.SECONDS));
        assertEquals("turn", runner.failure().getMessage());
        assertEquals("handler", runner.failure().getSuppressed()[0].getMessage());
        assertEquals(List.of("start", "close"), events);
    }

    @Test
    void shouldTakeNoTurnButCloseWhenTheStartFails() throws InterruptedException {
        final DutyCycleRunner runner =
                runner(
                        new ScriptedAgent() {
                            @Override
                            public void onStart() throws Exception {
                                throw new java.io.IOException("no start");
                            }
                        });
        runner.start();
        assertTrue(runner.awaitEnd(30, TimeUnit.SECONDS));
        assertEquals(0, runner.usefulTurns() + runner.emptyTurns());
        assertEquals(List.of("close"), events);
        assertEquals("no start", runner.failure().getMessage());
        assertEquals(1, errors.size());
    }

    @Test
    void shouldWakeAnAgentThatWaitsWhenClosed() throws InterruptedException {
        final CountDownLatch waiting = new CountDownLatch(1);
        final CountDownLatch woken = new CountDownLatch(1);
        final Agent blocking =
                new Agent() {
                    @Override
                    public int doWork() throws InterruptedException {
                        waiting.countDown();
                        woken.await();
                        return 0;
                    }

                    @Override
                    public void onWakeup() {
                        woken.countDown();
                    }

                    @Override
                    public String roleName() {
                        return "blocking";
                    }
                };
        final DutyCycleRunner runner =
                new DutyCycleRunner(blocking, IdleMode.BLOCK, (source, error) -> judge(error));
        runner.start();
        waiting.await();
        runner.close();
        assertFalse(runner.isRunning());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldNotWaitForItselfWhenClosedByItsAgent() throws InterruptedException {
        final DutyCycleRunner[] self = new DutyCycleRunner[1];
        self[0] =
                runner(
                        new ScriptedAgent() {
                            @Override
                            int script(int turn) {
                                self[0].close();
                                return 1;
                            }
                        });
        self[0].start();
        assertTrue(self[0].awaitEnd(30, TimeUnit.SECONDS));
        assertEquals(1, self[0].usefulTurns());
    }

    @Test
    void shouldNotCallTheAgentWhenClosedBeforeItRan() {
        final DutyCycleRunner runner = runner(new ScriptedAgent());
        runner.close();
        assertThrows(IllegalStateException.class, runner::run);
        assertEquals(List.of(), events);
    }
}
