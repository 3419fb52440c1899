package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.ByteCopy;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.BulkHeader;
import dev.spindle.engine.text.TextPack;
import org.agrona.UnsafeApi;

/**
 * Elements of a list written one behind the other as bulk strings, straight from their nodes: what LRANGE answers.
 *
 * <p>An element is a few bytes behind a prefix that its node has once. Read one by one through {@link ListElement}, with a
 * reservation in the reply for each, an element of 32 bytes costs more in bookkeeping than in copying; so a node's elements are
 * walked in one loop whose state is in registers. Packed text is unpacked in the reply. It stops before an element of {@link BulkHeader#LENGTHS} bytes and more, and
 * where the room ends; the caller goes on from there.
 */
public final class ListBulks {

    /** Room for any element that is written here. */
    public static final int ROOM = BulkHeader.LENGTHS + 8 + TextPack.SLACK;

    private static final short CRLF = '\r' | '\n' << 8;

    private final Memory memory;
    private final Quicklist list;
    private final ListElement element = new ListElement();

    private long end;

    /** Walks a list together with its {@link Quicklist#seek} and {@link Quicklist#next}. */
    public ListBulks(Memory memory, Quicklist list) {
        this.memory = memory;
        this.list = list;
    }

    /**
     * Writes elements from where the list stands.
     *
     * @param to native address outside the arena.
     * @param limit behind the room there.
     * @param most elements to write; there must be as many.
     * @return how many were written; see {@link #end}.
     */
    public long write(long to, long limit, long most) {
        end = to;
        long left = most;
        while (left > 0) {
            list.enterNode();
            int run = (int) Math.min(left, list.leftInNode);
            int written = writeRun(limit, run);
            left -= written;
            if (written < run) {
                break;
            }
        }
        return most - left;
    }

    /** Address behind what was written last. */
    public long end() {
        return end;
    }

    private int writeRun(long limit, int run) {
        long node = list.nodeAt;
        long base = ListNode.base(node);
        int baseLength = ListNode.baseLength(memory, node);
        long header = BulkHeader.word(baseLength);
        int headerSize = BulkHeader.size(header);
        long at = list.elementAt;
        long out = end;
        int written = 0;
        while (written < run && limit - out >= ROOM) {
            int head = memory.getByte(at) & 255;
            if (head < ElementForm.SHARING) {
                UnsafeApi.putLong(out, header);
                out += headerSize;
                ByteCopy.copy(base, out, head);
                ByteCopy.copy(at + 1, out + head, baseLength - head);
                at += 1 + baseLength - head;
                out += baseLength;
            } else if (head >= ElementForm.PACKED_WHOLE) {
                int textClass = ElementForm.wholeClass(head);
                UnsafeApi.putLong(out, header);
                out += headerSize;
                TextPack.unpack(textClass, at + 1, baseLength, out);
                at += 1 + TextPack.size(textClass, baseLength);
                out += baseLength;
            } else {
                element.read(memory, node, at);
                if (element.length() >= BulkHeader.LENGTHS) {
                    break;
                }
                out = text(out);
                at = element.next();
            }
            UnsafeApi.putShort(out, CRLF);
            out += 2;
            written++;
        }
        end = out;
        list.elementAt = at;
        list.leftInNode -= written;
        return written;
    }

    private long text(long to) {
        long header = BulkHeader.word((int) element.length());
        UnsafeApi.putLong(to, header);
        long out = to + BulkHeader.size(header);
        if (element.isPacked()) {
            ByteCopy.copy(ListNode.base(list.nodeAt), out, element.prefixLength());
            out += element.prefixLength();
            element.unpackTo(out);
            return out + element.suffixLength();
        }
        ByteCopy.copy(element.prefix(), out, element.prefixLength());
        out += element.prefixLength();
        ByteCopy.copy(element.suffix(), out, element.suffixLength());
        return out + element.suffixLength();
    }
}
