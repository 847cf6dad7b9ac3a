package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A seed means the same run in every process: nothing in core or simulator depends on identity hash
 * codes, or on the order of immutable sets and maps, which each JVM draws anew.
 */
class SameRunEverywhereTest {
    private static final int SEEDS = 10;

    @Test
    void anotherProcessComesToTheSameDigests() throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process =
                new ProcessBuilder(
                                List.of(
                                        java,
                                        "-Xshare:auto",
                                        "-XX:+UseSerialGC",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Digests.class.getName()))
                        .redirectErrorStream(true)
                        .start();
        var theirs = new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
        assertEquals(0, process.waitFor(), () -> String.join("\n", theirs));
        assertEquals(digests(), theirs);
    }

    private static List<String> digests() {
        return LongStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> SeedRun.of(seed, SeedRun.ALL_FAULTS))
                .map(report -> report.seed() + " " + report.digest())
                .toList();
    }

    /** Prints the digests of the first seeds. */
    static final class Digests {
        private Digests() {}

        public static void main(String[] args) {
            digests().forEach(System.out::println);
        }
    }
}
