package dev.vedette.protocol.daemon;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code daemonize yes}: a JVM cannot fork, so the program starts once more with the same command
 * line, in a session of its own, without terminal, input and output, and the first process ends
 * with 0. What goes wrong from then on stands in the log file alone, as with Redis.
 */
public final class Background {
    /** Tells the second process that it is the second one. */
    private static final String MARK = "VEDETTE_IN_BACKGROUND";

    private Background() {}

    /** Whether this process is the one that stays. */
    public static boolean entered() {
        return System.getenv(MARK) != null;
    }

    /** Starts the process that stays. The caller ends with 0. */
    public static void enter() throws IOException {
        var command = new ArrayList<String>();
        command.add("setsid");
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(arguments());
        var nothing = new File("/dev/null");
        var builder = new ProcessBuilder(command);
        builder.redirectInput(nothing).redirectOutput(nothing).redirectError(nothing);
        builder.environment().put(MARK, "1");
        builder.start();
    }

    /** Those of this process, after the program's own name. */
    private static List<String> arguments() throws IOException {
        String line =
                new String(
                        Files.readAllBytes(Path.of("/proc/self/cmdline")), StandardCharsets.UTF_8);
        List<String> all = List.of(line.substring(0, line.length() - 1).split("\0", -1));
        return all.subList(1, all.size());
    }
}
