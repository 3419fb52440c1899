package dev.spindle.rdb.read;

import dev.spindle.rdb.format.Crc64;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes of RDB put together by hand, from what the format says. */
public final class Bytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public Bytes u8(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    /** The lowest byte first. */
    public Bytes little(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> 8 * i));
        }
        return this;
    }

    /** The highest byte first. */
    public Bytes big(long value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (value >>> 8 * i));
        }
        return this;
    }

    public Bytes raw(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    public Bytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public Bytes raw(Bytes other) {
        return raw(other.bytes());
    }

    /** A length. */
    public Bytes length(long value) {
        if (value < 0 || value >= 1L << 32) {
            return u8(0x81).big(value, 8);
        }
        if (value < 64) {
            return u8((int) value);
        }
        return value < 1 << 14 ? big(0x4000 | value, 2) : u8(0x80).big(value, 4);
    }

    /** A text with its length. */
    public Bytes text(String text) {
        return length(text.length()).raw(text);
    }

    public Bytes text(Bytes bytes) {
        return length(bytes.size()).raw(bytes);
    }

    public Bytes texts(String... texts) {
        for (String text : texts) {
            text(text);
        }
        return this;
    }

    public int size() {
        return out.size();
    }

    public byte[] bytes() {
        return out.toByteArray();
    }

    public String latin1() {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    /** With what a DUMP payload ends in. */
    public Bytes footer(int version) {
        little(version, 2);
        byte[] all = bytes();
        return little(Crc64.update(Crc64.START, all, 0, all.length), 8);
    }

    /** With what a file ends in. */
    public Bytes end() {
        u8(255);
        byte[] all = bytes();
        return little(Crc64.update(Crc64.START, all, 0, all.length), 8);
    }

    // Packs. Elements are texts or numbers.

    public static Bytes listpack(Object... elements) {
        Bytes body = new Bytes();
        for (Object each : elements) {
            Bytes element =
                    each instanceof Number number
                            ? packed(number.longValue())
                            : packed((String) each);
            body.raw(element).backLength(element.size());
        }
        return new Bytes()
                .little(7L + body.size(), 4)
                .little(Math.min(elements.length, 65535), 2)
                .raw(body)
                .u8(255);
    }

    private static Bytes packed(long value) {
        Bytes to = new Bytes();
        if (value >= 0 && value < 128) {
            return to.u8((int) value);
        }
        if (value >= -4096 && value < 4096) {
            return to.big(0xC000 | value & 0x1FFF, 2);
        }
        if (value == (short) value) {
            return to.u8(0xF1).little(value, 2);
        }
        if (value >= -(1 << 23) && value < 1 << 23) {
            return to.u8(0xF2).little(value, 3);
        }
        return value == (int) value ? to.u8(0xF3).little(value, 4) : to.u8(0xF4).little(value, 8);
    }

    private static Bytes packed(String text) {
        int length = text.length();
        Bytes to = new Bytes();
        if (length < 64) {
            to.u8(0x80 | length);
        } else if (length < 4096) {
            to.big(0xE000 | length, 2);
        } else {
            to.u8(0xF0).little(length, 4);
        }
        return to.raw(text);
    }

    private void backLength(int length) {
        if (length <= 127) {
            u8(length);
        } else if (length < 16383) {
            u8(length >> 7, length & 127 | 128);
        } else {
            u8(length >> 14, length >> 7 & 127 | 128, length & 127 | 128);
        }
    }

    public static Bytes ziplist(Object... elements) {
        Bytes body = new Bytes();
        int before = 0;
        int last = 10;
        for (Object each : elements) {
            Bytes element = new Bytes();
            if (before < 254) {
                element.u8(before);
            } else {
                element.u8(254).little(before, 4);
            }
            element.raw(
                    each instanceof Number number
                            ? zipped(number.longValue())
                            : zipped((String) each));
            last = 10 + body.size();
            body.raw(element);
            before = element.size();
        }
        return new Bytes()
                .little(11L + body.size(), 4)
                .little(last, 4)
                .little(elements.length, 2)
                .raw(body)
                .u8(255);
    }

    private static Bytes zipped(long value) {
        Bytes to = new Bytes();
        if (value >= 0 && value <= 12) {
            return to.u8(0xF1 + (int) value);
        }
        if (value == (byte) value) {
            return to.u8(0xFE).little(value, 1);
        }
        if (value == (short) value) {
            return to.u8(0xC0).little(value, 2);
        }
        if (value >= -(1 << 23) && value < 1 << 23) {
            return to.u8(0xF0).little(value, 3);
        }
        return value == (int) value ? to.u8(0xD0).little(value, 4) : to.u8(0xE0).little(value, 8);
    }

    private static Bytes zipped(String text) {
        int length = text.length();
        Bytes to = new Bytes();
        if (length < 64) {
            to.u8(length);
        } else if (length < 1 << 14) {
            to.big(0x4000 | length, 2);
        } else {
            to.u8(0x80).big(length, 4);
        }
        return to.raw(text);
    }

    public static Bytes intset(int width, long... values) {
        Bytes to = new Bytes().little(width, 4).little(values.length, 4);
        for (long value : values) {
            to.little(value, width);
        }
        return to;
    }

    public static Bytes zipmap(String... pairs) {
        Bytes to = new Bytes().u8(Math.min(254, pairs.length / 2));
        for (int i = 0; i < pairs.length; i++) {
            int length = pairs[i].length();
            if (length < 254) {
                to.u8(length);
            } else {
                to.u8(254).little(length, 4);
            }
            // Every third value has some bytes that mean nothing.
            int unused = i % 6 == 5 ? 3 : 0;
            if (i % 2 == 1) {
                to.u8(unused);
            }
            to.raw(pairs[i]).raw("?".repeat(unused));
        }
        return to.u8(255);
    }
}
