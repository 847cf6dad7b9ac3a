package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Scenarios of real faults to real processes, one after the other on one group. After each one
 * master is left, all sentinels name it under one config epoch, both replicas follow it, nobody is
 * stuck in a failover, and what it acknowledged is there: {@link FaultWatch#conclude}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RealFaults {
    static final String MASTER = "master " + FaultGroup.MASTER_NAME + " ";

    private Set<ProcessHandle> processesBefore = Set.of();
    private @Nullable FaultGroup group;
    private @Nullable FaultWatch watch;

    @BeforeAll
    void start() throws IOException {
        processesBefore = processes();
        group = newGroup();
    }

    private static FaultGroup newGroup() throws IOException {
        return FaultGroup.start(Collections.nCopies(3, Product.VEDETTE));
    }

    @BeforeEach
    void watch(TestInfo test) throws IOException {
        watch = null;
        if (group == null) {
            group = newGroup();
        }
        watch = new FaultWatch(group(), test.getDisplayName() + ":");
    }

    @AfterEach
    void allIsWell(TestInfo test) {
        try {
            System.out.printf("real fault: %s: %s%n", test.getDisplayName(), watch().conclude());
        } catch (Throwable e) {
            // The next one begins with another group.
            close();
            throw e;
        }
    }

    @AfterAll
    void nothingIsLeft() throws IOException {
        close();
        Await.until(
                "the end of its processes",
                Duration.ofSeconds(10),
                () -> processesBefore.containsAll(processes()));
        assertFalse(Files.readString(Path.of("/proc/net/dev")).contains("to-s1"));
        assertFalse(Files.readString(Path.of("/proc/self/mounts")).contains("vedette-disk"));
    }

    private void close() {
        if (group != null) {
            group.close();
            group = null;
        }
    }

    private static Set<ProcessHandle> processes() {
        return ProcessHandle.current().children().collect(Collectors.toSet());
    }

    FaultGroup group() {
        if (group == null) {
            throw new IllegalStateException("not started");
        }
        return group;
    }

    FaultWatch watch() {
        if (watch == null) {
            throw new IllegalStateException("not watched");
        }
        return watch;
    }

    Lab lab() {
        return group().lab();
    }

    List<Node> sentinels() {
        return group().sentinels();
    }

    List<Node> sentinels(int from) {
        return sentinels().subList(from, sentinels().size());
    }

    /** Until all sentinels name another master. */
    Node awaitSwitchFrom(Node old) {
        return group().awaitSwitchFrom(old, sentinels());
    }

    void assertNoSwitch() {
        assertEquals(List.of(), watch().switches(FaultGroup.MASTER_NAME), group()::view);
    }
}
