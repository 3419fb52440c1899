package dev.spindle.engine.command;

import dev.spindle.engine.resp.Reply;

/** Errors that many commands answer; their texts are part of the protocol, since clients compare them. */
public final class ReplyErrors {

    public static final byte[] SYNTAX = Reply.errorLine("ERR syntax error");
    public static final byte[] WRONG_TYPE =
            Reply.errorLine("WRONGTYPE Operation against a key holding the wrong kind of value");
    public static final byte[] NOT_INTEGER =
            Reply.errorLine("ERR value is not an integer or out of range");
    public static final byte[] NOT_INT =
            Reply.errorLine(
                    "ERR value is out of range, value must between -2147483648 and 2147483647");
    public static final byte[] DB_INDEX_OUT_OF_RANGE =
            Reply.errorLine("ERR DB index is out of range");
    public static final byte[] NOT_FLOAT = Reply.errorLine("ERR value is not a valid float");
    public static final byte[] NO_SUCH_KEY = Reply.errorLine("ERR no such key");
    public static final byte[] NOT_A_FINITE_SUM =
            Reply.errorLine("ERR increment would produce NaN or Infinity");
    public static final byte[] DECREMENT_OVERFLOW = Reply.errorLine("ERR decrement would overflow");
    public static final byte[] OFFSET_OUT_OF_RANGE = Reply.errorLine("ERR offset is out of range");
    public static final byte[] OVERFLOW =
            Reply.errorLine("ERR increment or decrement would overflow");
    public static final byte[] INDEX_OUT_OF_RANGE = Reply.errorLine("ERR index out of range");
    public static final byte[] OUT_OF_MEMORY =
            Reply.errorLine("OOM command not allowed when used memory > 'maxmemory'.");
    public static final byte[] NO_AUTH = Reply.errorLine("NOAUTH Authentication required.");
    public static final byte[] STRING_TOO_LONG =
            Reply.errorLine("ERR string exceeds maximum allowed size (proto-max-bulk-len)");

    public static final byte[] LOADING =
            Reply.errorLine("LOADING Redis is loading the dataset in memory");

    private ReplyErrors() {}
}
