package dev.spindle.rdb.write;

/** A file is not wanted any more; see {@link SaveProgress#cancel}. */
public final class SaveCancelled extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SaveCancelled() {
        super("cancelled", null, false, false);
    }
}
