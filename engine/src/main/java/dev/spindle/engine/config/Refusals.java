package dev.spindle.engine.config;

import java.util.List;

/** What single parameters check beyond their type; each answers Redis's complaint, or null. */
final class Refusals {
    private static final int MAX_HOST_NAME = 256;
    private static final List<String> TITLE_VARIABLES =
            List.of(
                    "title",
                    "listen-addr",
                    "server-mode",
                    "port",
                    "tls-port",
                    "unixsocket",
                    "config-file");

    private static final List<String> EMPTY_VARIABLES =
            List.of("title", "server-mode", "unixsocket", "config-file");

    private Refusals() {}

    static String dumpFileName(String name) {
        return name.indexOf('/') >= 0 ? "dbfilename can't be a path, just a filename" : null;
    }

    static String appendFileName(String name) {
        if (name.isEmpty()) {
            return "appendfilename can't be empty";
        }
        return name.indexOf('/') >= 0 ? "appendfilename can't be a path, just a filename" : null;
    }

    static String appendDirName(String name) {
        if (name.isEmpty()) {
            return "appenddirname can't be empty";
        }
        return name.indexOf('/') >= 0 ? "appenddirname can't be a path, just a dirname" : null;
    }

    static String hostName(String name) {
        if (name.length() >= MAX_HOST_NAME) {
            return "Hostnames must be less than 256 characters";
        }
        return name.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '.')
                ? null
                : "Hostnames may only contain alphanumeric characters, hyphens or dots";
    }

    static String nodeName(String name) {
        if (name.length() >= MAX_HOST_NAME) {
            return "Announced human node name must be less than 256 characters";
        }
        return name.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '.' || c == '_')
                ? null
                : "Announced human node name contained invalid character";
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    static String titleTemplate(String template) {
        String error = "template format is invalid or contains unknown variables";
        String rest = template;
        for (String variable : TITLE_VARIABLES) {
            boolean shown = !EMPTY_VARIABLES.contains(variable);
            rest = rest.replace("{" + variable + "}", shown ? "0" : "");
        }
        // The template is tried without a title; one that then shows nothing is as bad as a wrong
        // one.
        boolean blank = rest.chars().allMatch(c -> c == ' ');
        return blank || rest.indexOf('{') >= 0 ? error : null;
    }

    static String shutdownFlags(List<String> flags) {
        return flags.contains("save") && flags.contains("nosave")
                ? "shutdown options SAVE and NOSAVE can't be used simultaneously"
                : null;
    }
}
