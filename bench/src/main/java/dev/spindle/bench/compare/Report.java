package dev.spindle.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything a run has to say.
 *
 * @param subjectName how tables call the server under test
 * @param referenceName how tables call the Redis it is compared with
 * @param environment versions, flags, machine: what someone needs to repeat the run
 * @param sections one per mode
 */
record Report(
        String subjectName,
        String referenceName,
        Map<String, String> environment,
        List<Section> sections) {

    Report(String subjectName, String referenceName, Map<String, String> environment) {
        this(subjectName, referenceName, environment, new ArrayList<>());
    }

    String nameOf(Role role) {
        return role == Role.SUBJECT ? subjectName : referenceName;
    }
}
