package dev.spindle.engine.propagation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random commands of every row that writes, over few keys, so that they meet. Lines are templates: {@code #s} is a key of strings,
 * {@code ~n} a small number, {@code ~v} a value, {@code ~f} a field or member, {@code ~t} a time to live in milliseconds, {@code ~a} a
 * moment in milliseconds, {@code ~X} the next id of a stream, {@code ~x} one of the last.
 */
final class WriteMix {

    private static final String[] LINES = {
        "SET #s ~v",
        "SET #s ~n PX ~t",
        "SET #s ~n EX 1 NX GET",
        "SET #s ~v PXAT ~a",
        "SET #s ~v EXAT 1700000001",
        "SET #s ~v KEEPTTL GET",
        "SET #s ~v XX GET",
        "SET #s ~v IFEQ ~n PX ~t",
        "SET #s ~n IFEQ ~n",
        "SETNX #s ~v",
        "SETEX #s 1 ~v",
        "PSETEX #s ~t ~v",
        "GETSET #s ~v",
        "MSET #s ~v #s ~n",
        "MSETNX #s ~v #s ~n",
        "GETDEL #s",
        "DELIFEQ #s ~n",
        "GETEX #s PX ~t",
        "GETEX #s PERSIST",
        "GETEX #s PXAT 1",
        "APPEND #s ~v",
        "SETRANGE #s ~n ~v",
        "INCR #c",
        "DECR #c",
        "INCRBY #c ~n",
        "DECRBY #c ~n",
        "INCRBYFLOAT #r 0.1",
        "GET #s",
        "MGET #s #s #s #s",
        "SETBIT #b ~n 1",
        "BITOP XOR #b #b #b",
        "BITFIELD #b INCRBY u8 ~n ~n",
        "PFADD #p ~f ~f",
        "PFCOUNT #p",
        "PFMERGE #p #p",
        "PFDEBUG TODENSE #p",
        "DEL #s #l",
        "UNLINK #z #h",
        "EXPIRE #s 1",
        "EXPIRE #l -1",
        "PEXPIRE #l ~t",
        "PEXPIRE #e ~t NX",
        "PEXPIREAT #z ~a",
        "PEXPIREAT #z ~a GT",
        "EXPIREAT #h 1700000002",
        "PERSIST #s",
        "RENAME #s #s",
        "RENAMENX #l #l",
        "COPY #h #h REPLACE",
        "COPY #x #x DB 1",
        "MOVE #z 1",
        "SORT #c STORE #l",
        "SORT #e ALPHA STORE #l",
        "LPUSH #l ~v ~n",
        "RPUSH #l ~v ~v",
        "LPUSHX #l ~v",
        "RPUSHX #l ~v",
        "LPOP #l",
        "RPOP #l ~n",
        "LINSERT #l BEFORE ~n ~v",
        "LREM #l ~n ~n",
        "LSET #l 0 ~v",
        "LTRIM #l 0 5",
        "LMOVE #l #l LEFT RIGHT",
        "RPOPLPUSH #l #l",
        "LMPOP 2 #l #l RIGHT COUNT 2",
        "BLPOP #l #l 0.01",
        "BRPOP #l 0.01",
        "BLMOVE #l #l left right 0.01",
        "BRPOPLPUSH #l #l 0.01",
        "BLMPOP 0.01 2 #l #l LEFT COUNT 3",
        "SADD #e ~f ~f ~n",
        "SREM #e ~f",
        "SPOP #e",
        "SPOP #e 2",
        "SPOP #e 100",
        "SMOVE #e #e ~f",
        "SINTERSTORE #e #e #e",
        "SUNIONSTORE #e #e #e",
        "SDIFFSTORE #e #e #e",
        "ZADD #z ~n ~f ~n ~f",
        "ZADD #z INCR 0.1 ~f",
        "ZADD #z XX GT CH 5 ~f",
        "ZINCRBY #z 0.3 ~f",
        "ZREM #z ~f",
        "ZREMRANGEBYRANK #z 0 0",
        "ZREMRANGEBYSCORE #z 7 9",
        "ZREMRANGEBYLEX #z [f5 [f9",
        "ZPOPMIN #z",
        "ZPOPMAX #z 2",
        "ZMPOP 2 #z #z MAX COUNT 2",
        "BZPOPMIN #z #z 0.01",
        "BZPOPMAX #z 0.01",
        "BZMPOP 0.01 2 #z #z MIN COUNT 2",
        "ZUNIONSTORE #z 2 #z #e",
        "ZINTERSTORE #z 2 #z #z",
        "ZDIFFSTORE #z 2 #z #z",
        "ZRANGESTORE #z #z 0 3",
        "GEOADD #g ~n ~n ~f",
        "GEOADD #g XX CH 3 4 ~f",
        "GEORADIUS #g 1 1 900 km STORE #z",
        "GEORADIUSBYMEMBER #g f1 900 km STOREDIST #z",
        "GEOSEARCHSTORE #z #g FROMLONLAT 1 1 BYRADIUS 900 km",
        "HSET #h ~f ~v ~f ~n",
        "HMSET #h ~f ~v",
        "HSETNX #h ~f ~v",
        "HINCRBY #i ~f ~n",
        "HINCRBYFLOAT #i ~f 0.1",
        "HDEL #h ~f",
        "HEXPIRE #h 1 FIELDS 2 ~f ~f",
        "HPEXPIRE #i ~t FIELDS 1 ~f",
        "HPEXPIRE #h ~t NX FIELDS 2 ~f ~f",
        "HEXPIREAT #h 1700000001 FIELDS 1 ~f",
        "HPEXPIREAT #h 5 FIELDS 1 ~f",
        "HPERSIST #h FIELDS 2 ~f ~f",
        "HGETDEL #h FIELDS 2 ~f ~f",
        "HGETEX #h PX ~t FIELDS 2 ~f ~f",
        "HGETEX #h PERSIST FIELDS 1 ~f",
        "HSETEX #h PX ~t FIELDS 2 ~f ~v ~f ~n",
        "HSETEX #h KEEPTTL FIELDS 1 ~f ~v",
        "HSETEX #h PXAT 5 FIELDS 1 ~f ~v",
        "HSETEX #h FNX EX 1 FIELDS 1 ~f ~v",
        "HGETALL #h",
        "HGET #i ~f",
        "XADD #x ~X f ~v",
        "XADD #x ~X f ~v g ~n",
        "XADD #x NOMKSTREAM MAXLEN ~ 3 LIMIT 100 ~X f ~v",
        "XADD #x MINID ~ ~x ~X f ~v",
        "XADD #x MAXLEN 20 ~X f ~v",
        "XADD #y * f ~v",
        "XDEL #x ~x",
        "XTRIM #x MAXLEN ~ 4",
        "XTRIM #x MINID ~x",
        "XSETID #x ~X",
        "XGROUP CREATE #x g ~x MKSTREAM",
        "XGROUP CREATE #x h $ ENTRIESREAD 1",
        "XGROUP CREATECONSUMER #x g ~f",
        "XGROUP DELCONSUMER #x g ~f",
        "XGROUP DESTROY #x h",
        "XGROUP SETID #x g ~x",
        "XREADGROUP GROUP g ~f COUNT 2 STREAMS #x >",
        "XREADGROUP GROUP g ~f COUNT 3 STREAMS #x #x > >",
        "XREADGROUP GROUP g ~f NOACK COUNT 1 STREAMS #x >",
        "XREADGROUP GROUP g ~f BLOCK 5 STREAMS #x >",
        "XCLAIM #x g ~f 0 ~x ~x",
        "XCLAIM #x g ~f 3 ~x IDLE 5 RETRYCOUNT 3 FORCE JUSTID LASTID ~x",
        "XAUTOCLAIM #x g ~f 2 - COUNT 2",
        "XACK #x g ~x ~x",
        "TOUCH #s #l #h",
        "PUBLISH c ~v",
        "RANDOMKEY",
        "SCAN 0 COUNT 50",
    };

    /** Lines that empty or change much, so that they come seldom. */
    private static final String[] SELDOM = {"FLUSHDB", "FLUSHALL ASYNC", "SWAPDB 0 1"};

    private final Random random;
    private long lastId = 10;

    WriteMix(Random random) {
        this.random = random;
    }

    /** The next command. */
    String[] next(long nowMs) {
        String line =
                random.nextInt(600) == 0
                        ? SELDOM[random.nextInt(SELDOM.length)]
                        : LINES[random.nextInt(LINES.length)];
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ")) {
            words.add(fill(word, nowMs));
        }
        return words.toArray(String[]::new);
    }

    private String fill(String word, long nowMs) {
        if (word.length() == 2 && word.charAt(0) == '#') {
            return "" + word.charAt(1) + random.nextInt(3);
        }
        return switch (word) {
            case "~n" -> "" + random.nextInt(10);
            case "~v" -> value();
            case "~f" -> "f" + random.nextInt(10);
            case "~t" -> "" + (1 + random.nextInt(40));
            case "~a" -> "" + (nowMs + random.nextInt(60) - 10);
            case "~X" -> ++lastId + "-" + random.nextInt(3);
            case "~x" -> lastId - random.nextInt(12) + "-" + random.nextInt(3);
            default -> word;
        };
    }

    private String value() {
        int kind = random.nextInt(6);
        return switch (kind) {
            case 0 -> "" + random.nextLong();
            case 1 -> "x".repeat(random.nextInt(300));
            case 2 -> "\0\r\n$" + (char) random.nextInt(256);
            default -> "v" + random.nextInt(5);
        };
    }
}
