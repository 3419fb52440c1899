package dev.spindle.bench.jmh;

/** Flags that a forked benchmark needs because it is not started by the manifest of an executable jar. */
final class Jvm {

    /** Opens what native access goes through. */
    static final String EXPORTS = "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED";

    /** Lets JNA be loaded without a warning. */
    static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    private Jvm() {}
}
