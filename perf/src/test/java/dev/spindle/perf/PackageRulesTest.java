package dev.spindle.perf;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.spindle.perf.os.Posix;
import org.junit.jupiter.api.Test;

class PackageRulesTest {
    private final JavaClasses classes =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.spindle.perf");

    @Test
    void shouldTouchTheNativeLibraryInOnePlaceOnly() {
        assertTrue(classes.size() > 20, "the classes were not found");
        noClasses()
                .that()
                .doNotBelongToAnyOf(Posix.class)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(classes);
    }

    @Test
    void shouldKnowNoOtherModule() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.spindle.engine..",
                        "dev.spindle.rdb..",
                        "dev.spindle.aof..",
                        "dev.spindle.cluster..",
                        "dev.spindle.net..",
                        "dev.spindle.bench..")
                .check(classes);
    }
}
