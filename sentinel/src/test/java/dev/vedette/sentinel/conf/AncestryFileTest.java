package dev.vedette.sentinel.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Ancestry;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.MasterOptions;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelOptions;
import dev.vedette.sentinel.core.SentinelState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class AncestryFileTest {
    private static final SentinelId ME = new SentinelId("ab".repeat(20));
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final Ancestry KNOWN =
            new Ancestry(
                    List.of(B),
                    List.of(A, "c".repeat(40)),
                    Optional.of(new History(B, Optional.of(A), 1001, 1001)),
                    List.of(new Address("10.0.0.3", 6379), new Address("::1", 6380)));

    @TempDir Path folder;

    private static SentinelState.Master master(String name, long configEpoch) {
        return new SentinelState.Master(
                name,
                new Address("10.0.0.2", 6379),
                2,
                MasterOptions.DEFAULTS,
                configEpoch,
                0,
                List.of(),
                List.of());
    }

    private static SentinelState state(SentinelState.Master... masters) {
        return new SentinelState(ME, 7, SentinelOptions.DEFAULTS, List.of(masters));
    }

    private SentinelState restarted(SentinelState conf) {
        return new AncestryFile(folder, conf.myId()).addTo(conf);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private Path file() throws IOException {
        return files().getFirst();
    }

    @Test
    void whatWasKnownOfEachMasterIsKnownAgain() {
        var root = new Ancestry(List.of(), List.of(A), Optional.empty(), List.of());
        var state = state(master("m", 7).with(KNOWN), master("m 2", 3).with(root), master("n", 1));
        new AncestryFile(folder, ME).write(state);
        assertEquals(state, restarted(state(master("m", 7), master("m 2", 3), master("n", 1))));
    }

    @Test
    void itTellsNothingOfAMasterUnderAnotherConfigurationNorToAnotherSentinel() {
        new AncestryFile(folder, ME).write(state(master("m", 7).with(KNOWN)));
        var later = state(master("m", 8));
        assertEquals(later, restarted(later));
        var other =
                new SentinelState(
                        new SentinelId("cd".repeat(20)),
                        7,
                        SentinelOptions.DEFAULTS,
                        List.of(master("m", 7)));
        assertEquals(other, restarted(other));
    }

    @Test
    void aDamagedFileTellsNothingAndIsMadeAnew() throws IOException {
        new AncestryFile(folder, ME).write(state(master("m", 7).with(KNOWN)));
        var text = Files.readString(file(), StandardCharsets.UTF_8);
        Files.writeString(file(), text.replace("last " + B, "last " + A));
        var conf = state(master("m", 7));
        assertEquals(conf, restarted(conf));
        new AncestryFile(folder, ME).write(state(master("m", 7).with(KNOWN)));
        assertEquals(text, Files.readString(file(), StandardCharsets.UTF_8));
    }

    @Test
    void thereIsNoFileAsLongAsThereIsNothingToKeep() throws IOException {
        var kept = new AncestryFile(folder, ME);
        kept.write(state(master("m", 7)));
        assertEquals(List.of(), files());
        kept.write(state(master("m", 7).with(KNOWN)));
        assertTrue(file().getFileName().toString().contains(ME.text()));
        kept.write(state(master("m", 8)));
        assertEquals(List.of(), files());
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoReasonToFail() {
        var nowhere = folder.resolve("gone");
        new AncestryFile(nowhere, ME).write(state(master("m", 7).with(KNOWN)));
        assertFalse(Files.exists(nowhere));
    }
}
