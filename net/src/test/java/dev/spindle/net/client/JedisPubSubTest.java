package dev.spindle.net.client;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Transaction;

/** Channels with binary names and messages through Jedis, and messages sent from transactions and pipelines, on both servers. */
class JedisPubSubTest extends BothServers {

    private static final byte[] CHANNEL = {'c', 0, '\r', '\n', (byte) 0xff};
    private static final byte[] PATTERN = {'c', '?', '*'};
    private static final byte[] EMPTY = {};

    /** Notes what it hears. */
    private static final class Listener extends BinaryJedisPubSub {
        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

        @Override
        public void onMessage(byte[] channel, byte[] message) {
            heard.add(List.of("message", channel, message));
        }

        @Override
        public void onPMessage(byte[] pattern, byte[] channel, byte[] message) {
            heard.add(List.of("pmessage", pattern, channel, message));
        }

        @Override
        public void onSubscribe(byte[] channel, int count) {
            heard.add(List.of("subscribed", channel, count));
        }

        @Override
        public void onPSubscribe(byte[] pattern, int count) {
            heard.add(List.of("psubscribed", pattern, count));
        }

        @Override
        public void onUnsubscribe(byte[] channel, int count) {
            heard.add(List.of("unsubscribed", channel, count));
        }

        @Override
        public void onPUnsubscribe(byte[] pattern, int count) {
            heard.add(List.of("punsubscribed", pattern, count));
        }

        Object next() throws InterruptedException {
            Object message = heard.poll(20, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("waited in vain for a message");
            }
            return message;
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void shouldBringTheSameMessagesWhenNamesAreBinary(RedisProtocol protocol) throws Exception {
        assertSame(
                protocol,
                d -> {
                    Jedis jedis = d.jedis();
                    Jedis subscriber = d.another();
                    Listener listener = new Listener();
                    ExecutorService thread = Executors.newSingleThreadExecutor();
                    try {
                        Future<?> done =
                                thread.submit(() -> subscriber.subscribe(listener, CHANNEL));
                        d.hears(listener.next());
                        listener.psubscribe(PATTERN);
                        d.hears(listener.next());
                        d.hears(jedis.publish(CHANNEL, CHANNEL), listener.next(), listener.next());
                        d.hears(jedis.publish(CHANNEL, EMPTY), listener.next(), listener.next());
                        d.hears(jedis.publish(EMPTY, CHANNEL));
                        Transaction transaction = jedis.multi();
                        transaction.set("k", "v");
                        transaction.publish(CHANNEL, "one".getBytes());
                        transaction.publish("cab", "two");
                        d.hears(transaction.exec(), listener.next(), listener.next());
                        d.hears(listener.next());
                        Pipeline pipeline = jedis.pipelined();
                        for (int i = 0; i < 100; i++) {
                            pipeline.publish("c" + i % 13, "message " + i);
                        }
                        d.hears(pipeline.syncAndReturnAll());
                        // The pattern wants two bytes at least, which all names have.
                        for (int i = 0; i < 100; i++) {
                            d.hears(listener.next());
                        }
                        d.hears(jedis.pubsubChannels().size(), jedis.pubsubNumPat());
                        listener.unsubscribe(CHANNEL);
                        d.hears(listener.next());
                        listener.punsubscribe(PATTERN);
                        d.hears(listener.next());
                        Dialogue.served(done);
                        d.hears(subscriber.get("k"), jedis.publish(CHANNEL, CHANNEL));
                    } finally {
                        thread.shutdownNow();
                    }
                });
    }
}
