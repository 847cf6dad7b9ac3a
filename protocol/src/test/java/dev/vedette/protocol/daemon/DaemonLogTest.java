package dev.vedette.protocol.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class DaemonLogTest {
    private static final Logger log = LoggerFactory.getLogger("dev.vedette.test");

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void logIntoAFile() throws IOException {
        file = folder.resolve("a.log");
        DaemonLog.configure('M', LogLevel.NOTICE, Optional.of(file));
    }

    @AfterEach
    void logToStandardOutputAgain() throws IOException {
        DaemonLog.configure('C', LogLevel.NOTICE, Optional.empty());
    }

    /** The lines without process id and time. */
    private List<String> lines(Path from) throws IOException {
        return Files.readAllLines(from).stream()
                .map(line -> line.replaceFirst("^\\d+:M .{24} ", ""))
                .toList();
    }

    @Test
    void eachLevelHasItsSignAndTheLevelLetsThrough() throws Exception {
        DaemonLog.changeLevel(LogLevel.DEBUG);
        log.trace("bytes");
        log.debug("decision");
        log.info("state");
        log.warn("acted");
        log.error("act");
        assertEquals(List.of(". bytes", "- decision", "* state", "# acted", "# act"), lines(file));

        DaemonLog.changeLevel(LogLevel.WARNING);
        log.info("unseen");
        log.warn("seen");
        assertEquals("# seen", lines(file).getLast());
        assertEquals(6, lines(file).size());

        DaemonLog.changeLevel(LogLevel.NOTHING);
        log.error("unseen");
        assertEquals(6, lines(file).size());
    }

    @Test
    void theRoleMayChange() throws Exception {
        DaemonLog.changeRole('S');
        log.info("now a replica");
        assertTrue(Files.readString(file).matches("\\d+:S .* \\* now a replica\n"));
    }

    @Test
    void librariesAreHeardOnlyWhenSomethingIsWrong() throws Exception {
        DaemonLog.changeLevel(LogLevel.DEBUG);
        LoggerFactory.getLogger("io.netty.Some").info("chatter");
        LoggerFactory.getLogger("io.netty.Some").warn("trouble");
        assertEquals(List.of("# trouble"), lines(file));
    }

    @Test
    void aLogThatWasMovedAwayIsOpenedAnew() throws Exception {
        log.info("one");
        Files.move(file, folder.resolve("a.log.1"));
        log.info("two");
        assertEquals(List.of("* one"), lines(folder.resolve("a.log.1")));
        assertEquals(List.of("* two"), lines(file));
    }

    @Test
    void aLogThatWasCutIsWrittenOnFromItsStart() throws Exception {
        log.info("one");
        Files.write(file, new byte[0]);
        log.info("two");
        assertEquals(List.of("* two"), lines(file));
    }

    @Test
    void aLineEndInATextMakesNoSecondLine() throws Exception {
        log.info("name={}", "a\r\n1:M fake");
        assertEquals(List.of("* name=a\\r\\n1:M fake"), lines(file));
    }

    @Test
    void anExceptionIsLoggedWithItsStack() throws Exception {
        log.error("failed", new IllegalStateException("why"));
        assertEquals("# failed", lines(file).getFirst());
        assertEquals("# java.lang.IllegalStateException: why", lines(file).get(1));
        assertTrue(lines(file).get(2).contains("DaemonLogTest"));
    }

    @Test
    void aFileThatCannotBeOpenedIsRefusedAndTheOldLogStays() throws Exception {
        assertThrows(
                IOException.class,
                () ->
                        DaemonLog.configure(
                                'M',
                                LogLevel.NOTICE,
                                Optional.of(folder.resolve("missing/a.log"))));
        log.info("still here");
        assertEquals(List.of("* still here"), lines(file));
    }
}
