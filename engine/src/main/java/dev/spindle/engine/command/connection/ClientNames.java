package dev.spindle.engine.command.connection;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;
import org.agrona.UnsafeApi;

/** What a client may call itself and its library: text that cannot break the lines of CLIENT LIST. */
final class ClientNames {

    static final byte[] INVALID =
            Reply.errorLine(
                    "ERR Client names cannot contain spaces, newlines or special characters.");

    private ClientNames() {}

    /** Whether an argument has printable ASCII only, and no space. */
    static boolean isValid(Invocation in, int index) {
        long address = in.argAddress(index);
        for (int i = 0; i < in.argLength(index); i++) {
            byte b = UnsafeApi.getByte(address + i);
            if (b < '!' || b > '~') {
                return false;
            }
        }
        return true;
    }
}
