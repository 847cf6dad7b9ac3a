package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a client reads from ours and from redis-sentinel 7.0.15, under one conf and on the same
 * servers, byte for byte. What is left out stands in {@link DifferentialExclusions}.
 */
@Interop
class SentinelDifferentialIT {
    private static SentinelPair pair;

    @BeforeAll
    static void start() throws IOException {
        pair =
                SentinelPair.start(
                        List.of(
                                "sentinel monitor mymaster MASTER 2",
                                "sentinel down-after-milliseconds mymaster 5000",
                                "sentinel failover-timeout mymaster 20000",
                                "sentinel monitor second SECOND 2"));
    }

    @AfterAll
    static void close() {
        pair.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void generalCommandsAreAnsweredAlike(int protocol) {
        compare(DifferentialCommands.GENERAL, protocol, Dialogue::answer);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void sentinelCommandsAreAnsweredAlike(int protocol) {
        compare(DifferentialCommands.SENTINEL, protocol, Dialogue::answer);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void commandTellsOfTheSameCommands(int protocol) {
        compare(DifferentialCommands.COMMAND, protocol, Dialogue::unordered);
    }

    @Test
    void brokenRequestsAreAnsweredAndClosedAlike() {
        compare(
                DifferentialCommands.BROKEN,
                2,
                (dialogue, line) ->
                        dialogue.raw(line.translateEscapes().replace("LONG", "1".repeat(70_000))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " server",
                " clients",
                " stats",
                " cpu",
                " sentinel",
                " default",
                " all",
                " everything",
                " SENTINEL Server",
                " nosuch sentinel"
            })
    void infoHasTheSameSectionsAndFieldsInTheSameOrder(String sections) {
        assertEquals(infoNames(pair.redis(), sections), infoNames(pair.ours(), sections));
    }

    private static List<String> infoNames(Daemon sentinel, String sections) {
        return new Dialogue(pair, sentinel, 2)
                .text("INFO" + sections)
                .lines()
                .filter(line -> !line.startsWith("master"))
                .map(line -> line.replaceFirst(":.*", ""))
                .filter(name -> !DifferentialExclusions.INFO_LINES.containsKey(name))
                .toList();
    }

    @Test
    void infoShowsEachMasterAlike() {
        assertEquals(infoMasters(pair.redis()), infoMasters(pair.ours()));
    }

    private static Set<String> infoMasters(Daemon sentinel) {
        return new Dialogue(pair, sentinel, 2)
                .text("INFO sentinel")
                .lines()
                .filter(line -> line.startsWith("master"))
                .map(line -> line.replaceFirst("master[01]:", "master:"))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLIENT INFO", "CLIENT LIST TYPE normal"})
    void clientLinesHaveTheSameFieldsInTheSameOrder(String command) {
        assertEquals(clientFields(pair.redis(), command), clientFields(pair.ours(), command));
    }

    private static Set<List<String>> clientFields(Daemon sentinel, String command) {
        return new Dialogue(pair, sentinel, 2)
                .text(command)
                .lines()
                .map(
                        line ->
                                Stream.of(line.split(" ", -1))
                                        .map(field -> field.replaceFirst("=.*", ""))
                                        .filter(
                                                name ->
                                                        !DifferentialExclusions.CLIENT_FIELDS
                                                                .containsKey(name))
                                        .toList())
                .collect(Collectors.toSet());
    }

    private static void compare(
            List<String> lines, int protocol, BiFunction<Dialogue, String, String> ask) {
        var redis = new Dialogue(pair, pair.redis(), protocol);
        var ours = new Dialogue(pair, pair.ours(), protocol);
        var differences = new ArrayList<String>();
        for (String line : lines) {
            String wanted = ask.apply(redis, line);
            String actual = ask.apply(ours, line);
            boolean isExcluded = DifferentialExclusions.LINES.containsKey(line);
            if (wanted.equals(actual) == isExcluded) {
                differences.add(
                        "=== "
                                + line
                                + (isExcluded ? " is excluded without need" : "")
                                + "\n--- redis-sentinel\n"
                                + wanted
                                + "--- vedette-sentinel\n"
                                + actual);
            }
        }
        assertEquals(List.of(), differences, () -> String.join("\n", differences));
    }
}
