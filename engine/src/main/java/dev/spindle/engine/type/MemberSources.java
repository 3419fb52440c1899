package dev.spindle.engine.type;

/** A type whose values can be inputs of unions, intersections and differences of sorted sets. */
public interface MemberSources {

    /** The flyweight for walks over one input. */
    ScoredMembers walker();

    /** Another one, which looks into other inputs meanwhile. */
    ScoredMembers prober();
}
