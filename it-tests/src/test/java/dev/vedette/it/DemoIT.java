package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a newcomer does first. */
class DemoIT {
    private static final List<String> STEPS =
            List.of(
                    "killed",
                    "subjectively down",
                    "objectively down",
                    "elected",
                    "promoted",
                    "first write accepted",
                    "old master back as a replica");

    private static final Pattern TIMELINE_LINE =
            Pattern.compile("(?m)^ *(\\d+) ms  (.+?)(?: {2,}.*)?$");

    /** A row of the table: address, role, link, offset, pid. */
    private static final Pattern NODE_PID =
            Pattern.compile("(?m)^127\\.0\\.0\\.1:\\d+ .* (\\d+)  \\S.*$");

    @TempDir private Path folder;

    @Test
    void aFailoverShowsEveryStepAndLeavesNothingBehind() {
        Tool.Result demo = Tool.vedette("demo", "--failover");
        assertEquals(0, demo.exitCode(), demo::toString);
        assertEquals("", demo.stderr());

        List<MatchResult> lines = TIMELINE_LINE.matcher(demo.stdout()).results().toList();
        List<String> shown = lines.stream().map(line -> line.group(2)).toList();
        assertEquals(
                STEPS,
                // A second sentinel may be elected, and one of them give way.
                shown.stream()
                        .filter(STEPS::contains)
                        .distinct()
                        .sorted(inOrderOfSteps())
                        .toList());
        assertTrue(demo.stdout().contains(", 0 from after it"), demo::toString);

        Path named = folderNamedIn(demo.stdout());
        assertFalse(Files.exists(named), () -> named + " is left");
    }

    private static Comparator<String> inOrderOfSteps() {
        return Comparator.comparingInt(STEPS::indexOf);
    }

    @Test
    void termEndsAllProcessesAndKeepsTheNamedFolder() throws IOException, InterruptedException {
        Path dir = folder.resolve("cluster");
        Process demo = startDemo("--dir", dir.toString());
        List<Long> pids = awaitPids(6);

        demo.destroy();
        assertTrue(demo.waitFor(30, TimeUnit.SECONDS), "the demo goes on after TERM");
        assertEquals(List.of(), pids.stream().filter(DemoIT::isRunning).toList());
        assertTrue(Files.exists(dir), "the folder that the user named is gone");
        assertTrue(output().contains("ended 6 processes; left " + dir), output());
    }

    @Test
    void theProcessesDieWithADemoThatIsKilled() throws IOException, InterruptedException {
        Process demo = startDemo("--replicas", "1", "--sentinels", "1");
        List<Long> pids = awaitPids(3);

        demo.destroyForcibly().waitFor();
        Await.until(
                "the orphans' end",
                Duration.ofSeconds(10),
                () -> pids.stream().noneMatch(DemoIT::isRunning));
        // A killed demo cannot tidy up.
        delete(folderNamedIn(output()));
    }

    /** As a shell that is not interactive starts {@code vedette demo &}. */
    @Test
    void intEndsADemoThatWasStartedWithIntIgnored() throws IOException, InterruptedException {
        Process demo =
                start(
                        List.of(
                                "sh",
                                "-c",
                                "trap '' INT; exec \"$0\" \"$@\"",
                                Product.launcher("vedette").toString(),
                                "demo",
                                "--replicas",
                                "0",
                                "--sentinels",
                                "1"));
        List<Long> pids = awaitPids(2);

        Tool.Result kill = Tool.run(List.of("kill", "-INT", Long.toString(demo.pid())));
        assertEquals(0, kill.exitCode(), kill::toString);
        assertTrue(demo.waitFor(30, TimeUnit.SECONDS), "the demo goes on after INT");
        assertEquals(List.of(), pids.stream().filter(DemoIT::isRunning).toList());
        assertTrue(output().contains("ended 2 processes"), output());
    }

    private Process startDemo(String... words) {
        var command = new ArrayList<>(List.of(Product.launcher("vedette").toString(), "demo"));
        command.addAll(List.of(words));
        return start(command);
    }

    private Process start(List<String> command) {
        return Reaper.start(
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output").toFile()));
    }

    private List<Long> awaitPids(int count) {
        Await.noProblem(
                "the demo's table",
                Duration.ofSeconds(60),
                () -> pids().size() >= count ? Optional.empty() : Optional.of(pids().toString()),
                this::output);
        return pids();
    }

    private List<Long> pids() {
        return NODE_PID.matcher(output())
                .results()
                .map(line -> Long.parseLong(line.group(1)))
                .toList();
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folderNamedIn(String output) {
        var named = Pattern.compile("(?m)^folder: (\\S+) ").matcher(output);
        assertTrue(named.find(), output);
        return Path.of(named.group(1));
    }

    /** Whether a process runs; one that has ended and waits for its parent does not. */
    private static boolean isRunning(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException _) {
            return false;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
