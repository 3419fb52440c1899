package dev.spindle.bench.compare;

/** The two sides of the comparison; ratios are always subject over reference. */
enum Role {
    SUBJECT,
    REFERENCE;

    /** Order of a round: sides take turns at going first, so that drift of the machine favours neither. */
    static Role[] orderOf(int round) {
        return round % 2 == 0 ? new Role[] {SUBJECT, REFERENCE} : new Role[] {REFERENCE, SUBJECT};
    }

    Role other() {
        return this == SUBJECT ? REFERENCE : SUBJECT;
    }
}
