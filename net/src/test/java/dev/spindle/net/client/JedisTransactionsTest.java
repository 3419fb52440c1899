package dev.spindle.net.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.exceptions.JedisDataException;

/** Transactions and commands that wait through Jedis. */
class JedisTransactionsTest extends EachServerThroughJedis {

    private static final int WORKERS = 4;
    private static final int ROUNDS = 50;

    @Test
    void shouldGiveEachReplyWhenATransactionRuns() {
        Transaction transaction = jedis.multi();
        Response<String> set = transaction.set("k", "v");
        Response<Long> wrong = transaction.incr("k");
        Response<String> get = transaction.get("k");
        List<Object> all = transaction.exec();
        assertEquals(3, all.size());
        assertEquals("OK", set.get());
        assertThrows(JedisDataException.class, wrong::get);
        assertEquals("v", get.get());
        assertInstanceOf(JedisDataException.class, all.get(1));
    }

    @Test
    void shouldGiveNothingWhenAWatchedKeyChanges() {
        try (Jedis other = open()) {
            jedis.watch("k");
            other.set("k", "theirs");
            Transaction transaction = jedis.multi();
            transaction.set("k", "mine");
            assertNull(transaction.exec());
            assertEquals("theirs", jedis.get("k"));
        }
    }

    @Test
    void shouldLoseNoIncrementWhenManyWatchAndTryAgain() throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            Thread worker = new Thread(this::increment);
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        assertEquals(Integer.toString(WORKERS * ROUNDS), jedis.get("n"));
    }

    private void increment() {
        try (Jedis mine = open()) {
            for (int done = 0; done < ROUNDS; ) {
                mine.watch("n");
                String value = mine.get("n");
                Transaction transaction = mine.multi();
                transaction.set("n", "" + (value == null ? 1 : Integer.parseInt(value) + 1));
                if (transaction.exec() != null) {
                    done++;
                }
            }
        }
    }

    @Test
    void shouldHandEachElementToOneWorkerWhenManyWait() throws InterruptedException {
        Set<String> taken = ConcurrentHashMap.newKeySet();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            Thread worker = new Thread(() -> work(taken));
            worker.start();
            workers.add(worker);
        }
        for (int i = 0; i < WORKERS * ROUNDS; i++) {
            jedis.lpush("jobs", "job" + i);
        }
        for (int i = 0; i < WORKERS; i++) {
            jedis.lpush("jobs", "end");
        }
        for (Thread worker : workers) {
            worker.join();
        }
        assertEquals(WORKERS * ROUNDS, taken.size());
        assertEquals(WORKERS * ROUNDS, jedis.llen("done"));
        assertEquals(0, jedis.llen("jobs"));
    }

    private void work(Set<String> taken) {
        try (Jedis mine = open()) {
            while (true) {
                List<String> job = mine.brpop(0, "jobs");
                if (job.get(1).equals("end")) {
                    return;
                }
                taken.add(job.get(1));
                mine.lpush("done", job.get(1));
            }
        }
    }

    @Test
    void shouldGiveNothingWhenTimeIsUp() {
        assertNull(jedis.blpop(0.01, "k"));
        assertNull(jedis.blmove("k", "l", ListDirection.LEFT, ListDirection.LEFT, 0.01));
        assertNull(jedis.bzpopmin(0.01, "k"));
        assertNull(jedis.blmpop(0.01, ListDirection.LEFT, "k"));
    }
}
