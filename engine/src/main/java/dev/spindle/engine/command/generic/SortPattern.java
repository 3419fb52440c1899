package dev.spindle.engine.command.generic;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.type.HashType;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;
import org.agrona.UnsafeApi;

/**
 * A pattern of SORT's BY and GET: a key whose first {@code *} an element takes the place of, and, behind {@code ->}, a field of
 * the hash at that key; or {@code #}, the element itself. It reads the arguments of the command at hand, in place.
 */
final class SortPattern {

    private final Scratch key = new Scratch();
    private final ByteView self = new ByteView();
    private long address;
    private int length;
    private int star;
    private int arrow;
    private ByteView value;

    /** Reads a pattern. */
    void set(Invocation in, int index) {
        address = in.argAddress(index);
        length = in.argLength(index);
        star = -1;
        for (int i = 0; i < length && star < 0; i++) {
            if (byteAt(i) == '*') {
                star = i;
            }
        }
        arrow = -1;
        // Something must stand behind the arrow, or it is part of the key.
        for (int i = star + 1; star >= 0 && i + 2 < length && arrow < 0; i++) {
            if (byteAt(i) == '-' && byteAt(i + 1) == '>') {
                arrow = i;
            }
        }
    }

    private byte byteAt(int index) {
        return UnsafeApi.getByte(address + index);
    }

    /** Whether it names another key for every element. */
    boolean isVariable() {
        return star >= 0;
    }

    /** Whether it stands for the element itself. */
    boolean isElement() {
        return length == 1 && byteAt(0) == '#';
    }

    /** Finds what an element leads to; answers whether there is such a value, which is then {@link #value}. */
    boolean resolve(Invocation in, long element, int elementLength) {
        if (isElement()) {
            self.wrap(element, elementLength);
            value = self;
            return true;
        }
        if (!isVariable()) {
            return false;
        }
        int end = arrow >= 0 ? arrow : length;
        key.clear();
        key.append(address, star);
        key.append(element, elementLength);
        key.append(address + star + 1, end - star - 1L);
        Keyspace db = in.db();
        int keyLength = (int) key.length();
        long entry = db.lookupRead(db.hash(key.address(), keyLength), key.address(), keyLength);
        return entry != 0 && read(in, db.memory(), entry);
    }

    private boolean read(Invocation in, Memory memory, long entry) {
        long header = Entry.header(memory, entry);
        if (arrow < 0) {
            if (!StringType.isString(header)) {
                return false;
            }
            value = in.engine().strings().view(memory, entry);
            return true;
        }
        HashType hashes = in.engine().hashes();
        if (Entry.type(header) != ValueType.HASH
                || !hashes.find(entry, address + arrow + 2, length - arrow - 2)) {
            return false;
        }
        value = hashes.text(hashes.value());
        return true;
    }

    /** What {@link #resolve} found; valid until the next one. */
    ByteView value() {
        return value;
    }
}
