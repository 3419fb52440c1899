package dev.spindle.bench.tidy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.spindle.engine.memory.ByteCopy;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** House rules that compiled classes show: which module and which package may know which, and what none may touch. */
class ClassRulesTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("jmh_generated"))
                    .importPackages("dev.spindle");

    /** What each module may depend on: perf <- engine <- rdb <- {aof, cluster} <- net <- bench. */
    private static final Map<String, List<String>> BELOW =
            Map.of(
                    "perf", List.of(),
                    "engine", List.of("perf"),
                    "rdb", List.of("perf", "engine"),
                    "aof", List.of("perf", "engine", "rdb"),
                    "cluster", List.of("perf", "engine", "rdb"),
                    "net", List.of("perf", "engine", "rdb", "aof", "cluster"),
                    "bench", List.of("perf", "engine", "rdb", "aof", "cluster", "net"));

    /** Packages that keep data. They know nothing of who asks, nor of commands. */
    private static final String[] DATA = {
        "dev.spindle.engine.memory..",
        "dev.spindle.engine.keyspace..",
        "dev.spindle.engine.encoding..",
        "dev.spindle.engine.type..",
        "dev.spindle.engine.text..",
    };

    /**
     * Who may store outside the heap without the write barrier, since what they write to is never the arena: buffers of
     * clients, scratch memory of a command, copies from native memory to the heap, images of pages, and the touchers, which add zero.
     */
    private static final String[] STORES_ELSEWHERE = {
        "dev\\.spindle\\.engine\\.memory\\.(Memory|ByteCopy|PageDescriptors|Toucher)",
        "dev\\.spindle\\.engine\\.memory\\.PageImages",
        "dev\\.spindle\\.engine\\.memory\\.PageMarks(\\$.*)?",
        "dev\\.spindle\\.engine\\.resp\\..*",
        "dev\\.spindle\\.engine\\.text\\..*",
        "dev\\.spindle\\.engine\\.memory\\.Scratch",
        "dev\\.spindle\\.engine\\.encoding\\.(ListBulks|StreamEntryBytes)",
        "dev\\.spindle\\.engine\\.RehearsalClient",
        "dev\\.spindle\\.engine\\.command\\.(Invocation|CommandLogs)(\\$.*)?",
        "dev\\.spindle\\.engine\\.session\\.(Monitors|ClientLine)",
        "dev\\.spindle\\.engine\\.command\\.generic\\.KeyCollector\\$HandleList",
        "dev\\.spindle\\.engine\\.propagation\\.EffectBuffer",
        "dev\\.spindle\\.engine\\.command\\.server\\.(DatasetDigest|DebugPopulate)",
        "dev\\.spindle\\.engine\\.command\\.string\\.(CounterCommands|LongestCommonSubsequence)",
    };

    @ParameterizedTest
    @ValueSource(strings = {"perf", "engine", "rdb", "aof", "cluster", "net", "bench"})
    void shouldDependOnlyOnModulesBelow(String module) {
        List<String> forbidden = new ArrayList<>();
        for (String other : BELOW.keySet()) {
            if (!other.equals(module) && !BELOW.get(module).contains(other)) {
                forbidden.add("dev.spindle." + other + "..");
            }
        }
        noClasses()
                .that()
                .resideInAPackage("dev.spindle." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.toArray(String[]::new))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void shouldKeepEveryClassInAModule() {
        assertTrue(CLASSES.size() > 100, "the classes were not found");
        classes()
                .should()
                .resideInAnyPackage(
                        BELOW.keySet().stream()
                                .map(module -> "dev.spindle." + module + "..")
                                .toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void shouldKnowNothingOfCommandsAndClientsWhereDataIsKept() {
        noClasses()
                .that()
                .resideInAnyPackage(DATA)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.spindle.engine",
                        "dev.spindle.engine.command..",
                        "dev.spindle.engine.session..",
                        "dev.spindle.engine.resp..",
                        "dev.spindle.engine.config..")
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoCyclesBetweenThePackagesThatKeepData() {
        slices().matching("dev.spindle.engine.(memory|keyspace|encoding|type|text)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void shouldUseNoSocketsInTheEngine() {
        // A file may be rewritten and forced to disk; everything else of these packages talks to
        // peers or waits for them.
        noClasses()
                .that()
                .resideInAPackage("dev.spindle.engine..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.net..", "javax.net..", "java.nio.channels..")
                                .and(not(type(FileChannel.class))))
                .check(CLASSES);
    }

    @Test
    void shouldLogThroughTheHostInTheEngine() {
        noClasses()
                .that()
                .resideInAPackage("dev.spindle.engine..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(CLASSES);
    }

    @Test
    void shouldUseOneWayToNativeMemoryAndNoLoggingOfTheJdk() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun.misc..", "jdk.internal..", "java.util.logging..")
                .check(CLASSES);
    }

    @Test
    void shouldStoreIntoTheArenaOnlyThroughTheWriteBarrier() {
        noClasses()
                .that()
                .resideInAPackage("dev.spindle.engine..")
                .and(not(nameMatching(String.join("|", STORES_ELSEWHERE))))
                .should()
                .callMethodWhere(
                        targetOwner(type(UnsafeApi.class))
                                .and(
                                        target(
                                                nameMatching(
                                                        "(put|setMemory|copyMemory|compareAnd|getAnd|weakCompare)"
                                                                + ".*"))))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ByteCopy.class)
                .check(CLASSES);
    }

    @Test
    void shouldReadValuesOnlyThroughMemorySoThatASnapshotShowsThem() {
        // Who looks for a key, works on a string or builds a value is always on the core thread.
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.spindle.engine.keyspace..",
                        "dev.spindle.engine.encoding..",
                        "dev.spindle.engine.type..",
                        "dev.spindle.engine.snapshot..")
                .and(
                        not(
                                nameMatching(
                                        "dev\\.spindle\\.engine\\.(encoding\\.(KeyHash|ElementForm|ListBulks|(Sparse)?HyperLogLog)"
                                                + "|type\\.(Bits|HashBuilder))")))
                .should()
                .callMethodWhere(
                        targetOwner(type(UnsafeApi.class))
                                .and(target(nameMatching("(get|copyMemory).*"))))
                .check(CLASSES);
    }

    @Test
    void shouldNameClassesByWhatTheyAre() {
        List<String> wrong = new ArrayList<>();
        for (JavaClass each : CLASSES) {
            if (each.getSimpleName().matches(".*(Manager|Helper|Utils?|Impl|Base|Common)")) {
                wrong.add(each.getName());
            }
        }
        assertTrue(wrong.isEmpty(), () -> "names that say nothing: " + wrong);
    }
}
