package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.daemon.Version;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ConfLoaderTest {
    @TempDir Path folder;

    private final List<Statement> sentinelLines = new ArrayList<>();

    private ConfLoader loader() {
        return new ConfLoader(GeneralDirectives.TABLE, WorkingDirectory.of(folder))
                .serving(
                        NetworkDirectives.PORT,
                        ProcessDirectives.HZ,
                        PersistenceDirectives.SAVE,
                        MemoryDirectives.MAXMEMORY,
                        ReplicationDirectives.REPLICAOF,
                        ProcessDirectives.LOGLEVEL,
                        NetworkDirectives.CLIENT_OUTPUT_BUFFER_LIMIT);
    }

    private LoadedConf load(String text, String... options) throws ConfException, IOException {
        Files.writeString(folder.resolve("a.conf"), text);
        var arguments = new ArrayList<String>(List.of("a.conf"));
        arguments.addAll(List.of(options));
        return loader().load(CommandLine.parse(arguments), new ByteArrayInputStream(new byte[0]));
    }

    private ConfException refused(String text, String... options) {
        return assertThrows(ConfException.class, () -> load(text, options));
    }

    private static String block(int line, String text, String reason) {
        return "\n*** FATAL CONFIG FILE ERROR (Redis "
                + Version.REDIS
                + ") ***\nReading the configuration file, at line "
                + line
                + "\n>>> '"
                + text
                + "'\n"
                + reason
                + "\n";
    }

    @Test
    void valuesAreReadAndTheRestIsAtItsDefault() throws Exception {
        Settings settings =
                load("# comment\n\nPORT 7000\n  maxmemory\t1gb  \nslaveof 10.0.0.1 6379\n")
                        .settings();
        assertEquals(7000, settings.get(NetworkDirectives.PORT));
        assertEquals(1L << 30, settings.get(MemoryDirectives.MAXMEMORY));
        assertEquals(
                Optional.of(new Address("10.0.0.1", 6379)),
                settings.get(ReplicationDirectives.REPLICAOF));
        assertEquals("noeviction", settings.get(MemoryDirectives.MAXMEMORY_POLICY));
    }

    @Test
    void theLastLineWinsAndTheCommandLineLast() throws Exception {
        assertEquals(2, load("port 1\nport 2\n").settings().get(NetworkDirectives.PORT));
        assertEquals(3, load("port 1", "--port", "3").settings().get(NetworkDirectives.PORT));
    }

    @Test
    void savePointsAddUpAndAnEmptyOneTakesThemAway() throws Exception {
        assertEquals(
                "3600 1 300 100 60 10000", load("").settings().show(PersistenceDirectives.SAVE));
        assertEquals(
                "900 1 300 10",
                load("save 900 1\nsave 300 10\n").settings().show(PersistenceDirectives.SAVE));
        assertEquals("", load("save \"\"").settings().show(PersistenceDirectives.SAVE));
        assertEquals(
                "5 6",
                load("save 1 2\nsave ''\nsave 5 6").settings().show(PersistenceDirectives.SAVE));
    }

    @Test
    void bufferLimitsChangeOneClassOnly() throws Exception {
        assertEquals(
                "normal 0 0 0 slave 1048576 500 60 pubsub 33554432 8388608 60",
                load("client-output-buffer-limit replica 1mb 500 60")
                        .settings()
                        .show(NetworkDirectives.CLIENT_OUTPUT_BUFFER_LIMIT));
    }

    @Test
    void theFatalBlockIsRedissAndTheHintNamesThePlace() {
        ConfException e = refused("port 1\n\nprot 6379\n");
        assertEquals(
                block(3, "prot 6379", "Bad directive or wrong number of arguments"), e.redisText());
        assertEquals(
                folder.resolve("a.conf") + ":3: unknown directive 'prot'; did you mean 'port'?",
                e.hint());
    }

    @Test
    void linesOfTheCommandLineGoOnCounting() {
        assertEquals(
                block(4, "loglevel \"loud\"", loglevelReason()),
                refused("port 1\n", "--port", "2", "--loglevel", "loud").redisText());
        assertEquals(
                block(2, "port \"x\"", "argument couldn't be parsed into an integer"),
                refused("port 1", "--port", "x").redisText());
    }

    private static String loglevelReason() {
        return "argument(s) must be one of the following: debug, verbose, notice, warning,"
                + " nothing";
    }

    @Test
    void hintsSayWhatWasProbablyMeant() {
        assertHint("port 6379 # the port", "a comment must stand on a line of its own");
        assertHint("appendonly true", "write 'yes'");
        assertHint("loglevel notise", "did you mean 'notice'?");
        assertHint("maxmemory 1.5gb", "whole bytes or a whole number with one of");
        assertHint("repl-timeout 60s", "a plain number without a unit is expected");
        assertHint("dir \"abc", "every quote needs its partner");
        assertHint("sentinel monitor m 127.0.0.1 1 1", "start it with vedette-sentinel");
        assertHint("slave-of a 1", "did you mean 'slaveof'?");
    }

    @Test
    void hintsOfPlainBadValuesSayTypeRangeExampleAndWhatWasGiven() {
        assertHint(
                "port abc",
                "port takes a whole number from 0 to 65535, such as 'port 6379'; given: 'abc'");
        assertHint("port 99999999", "from 0 to 65535, such as 'port 6379'; given: '99999999'");
        assertHint(
                "appendonly maybe",
                "appendonly takes yes or no, such as 'appendonly no'; given: 'maybe'");
        assertHint(
                "databases 0",
                "databases takes a whole number, at least 1, such as 'databases 16'; given: '0'");
        assertHint("appendfsync x", "one of everysec, always, no, such as 'appendfsync everysec'");
        assertHint("client-query-buffer-limit 1", "at least 1048576");
    }

    @Test
    void anIncludeThatCannotBeReadNamesItsLine() throws Exception {
        assertEquals(
                folder.resolve("a.conf") + ":2: looked for " + folder.resolve("nope.conf"),
                refused("port 1\ninclude nope.conf\n").hint());
    }

    @Test
    void hzIsBroughtIntoItsRange() throws Exception {
        assertEquals(500, load("hz 1000").settings().get(ProcessDirectives.HZ));
        assertEquals(1, load("hz 0").settings().get(ProcessDirectives.HZ));
        assertHint("hz -1", "hz takes a whole number from 1 to 500");
    }

    private void assertHint(String line, String hint) {
        ConfException e = refused(line + "\n");
        assertTrue(
                e.hint().startsWith(folder.resolve("a.conf") + ":1: ") && e.hint().contains(hint),
                e.hint());
    }

    @Test
    void aKnownDirectiveThatIsNotServedStopsTheStart() throws Exception {
        ConfException e = refused("port 1\nappendonly yes\n");
        assertTrue(e.redisText().contains("at line 2\n>>> 'appendonly yes'\n'appendonly' with"));
        assertTrue(e.hint().contains("appendonly no"), e.hint());
        load("appendonly no\ncluster-enabled no\n");
        load("appendonly yes\n", "--appendonly", "no");
    }

    @Test
    void whatMeansNothingOnAJvmIsNamedInOneNotice() throws Exception {
        LoadedConf conf = load("io-threads 4\nactivedefrag no\nserver_cpulist 0-7:2\n");
        assertEquals(1, conf.notices().size());
        assertTrue(
                conf.notices().getFirst().contains("io-threads (" + folder + "/a.conf:1)"),
                conf.notices().getFirst());
        assertTrue(conf.notices().getFirst().contains("server_cpulist"));
    }

    @Test
    void includesAreReadWhereTheyStandAndCountTheirOwnLines() throws Exception {
        Files.createDirectory(folder.resolve("conf.d"));
        Files.writeString(folder.resolve("conf.d/2.conf"), "port 2\n");
        Files.writeString(folder.resolve("conf.d/1.conf"), "port 1\nmaxmemory 5\n");
        Files.writeString(folder.resolve("conf.d/.hidden.conf"), "port 9\n");
        Settings settings = load("include conf.d/*.conf\ninclude none*.conf\n").settings();
        assertEquals(2, settings.get(NetworkDirectives.PORT));
        assertEquals(5, settings.get(MemoryDirectives.MAXMEMORY));

        Files.writeString(folder.resolve("conf.d/2.conf"), "\n\nport x\n");
        ConfException e = refused("port 1\ninclude conf.d/[2-9].conf\n");
        assertTrue(e.redisText().contains("at line 3\n>>> 'port x'"));
        assertTrue(e.hint().contains("conf.d/2.conf:3"), e.hint());
    }

    @Test
    void aFileThatIncludesItselfIsRefused() {
        assertTrue(refused("include a.conf\n").hint().contains("it includes itself"));
    }

    @Test
    void aFileThatCannotBeOpenedIsReportedAsRedisDoes() {
        assertEquals(
                "Fatal error, can't open config file '/nope.conf': No such file or directory",
                refused("include /nope.conf\n").redisText());
        var e =
                assertThrows(
                        ConfException.class,
                        () ->
                                loader().load(
                                                CommandLine.parse(List.of("missing.conf")),
                                                new ByteArrayInputStream(new byte[0])));
        assertEquals(
                "Fatal error, can't open config file '"
                        + folder.resolve("missing.conf")
                        + "': No such file or directory",
                e.redisText());
    }

    @Test
    void dirMovesLaterRelativePaths() throws Exception {
        Files.createDirectory(folder.resolve("sub"));
        Files.writeString(folder.resolve("sub/b.conf"), "port 77\n");
        var directory = WorkingDirectory.of(folder);
        Files.writeString(folder.resolve("a.conf"), "dir ./sub\ninclude b.conf\n");
        LoadedConf conf =
                new ConfLoader(GeneralDirectives.TABLE, directory)
                        .serving(NetworkDirectives.PORT)
                        .load(
                                CommandLine.parse(List.of("a.conf")),
                                new ByteArrayInputStream(new byte[0]));
        assertEquals(77, conf.settings().get(NetworkDirectives.PORT));
        assertEquals(folder.toRealPath().resolve("sub"), directory.path());
        assertEquals(Optional.of(folder.resolve("a.conf")), conf.file());
        assertTrue(
                refused("dir /nonexistent\n")
                        .redisText()
                        .endsWith("\nNo such file or directory\n"));
        assertTrue(refused("dir a.conf\n").redisText().endsWith("\nNot a directory\n"));
    }

    @Test
    void standardInputIsReadBehindTheFile() throws Exception {
        Files.writeString(folder.resolve("a.conf"), "port 1\n");
        var in = new ByteArrayInputStream("port 2\n".getBytes(StandardCharsets.UTF_8));
        assertEquals(
                2,
                loader().load(CommandLine.parse(List.of("a.conf", "-")), in)
                        .settings()
                        .get(NetworkDirectives.PORT));
    }

    @Test
    void aDaemonTakesItsOwnStatementsAndGivesItsOwnHints() throws Exception {
        ConfLoader loader = loader().on("sentinel", this::takeSentinel);
        Files.writeString(folder.resolve("s.conf"), "SENTINEL monitor m h 1 2\nsentinel m h 1 2\n");
        var e =
                assertThrows(
                        ConfException.class,
                        () ->
                                loader.load(
                                        CommandLine.parse(List.of("s.conf")),
                                        new ByteArrayInputStream(new byte[0])));
        assertEquals(1, sentinelLines.size());
        assertEquals(
                block(2, "sentinel m h 1 2", "Unrecognized sentinel configuration statement."),
                e.redisText());
        assertEquals(folder.resolve("s.conf") + ":2: is the word monitor missing?", e.hint());
    }

    private void takeSentinel(Statement statement) throws BadDirective {
        if (!statement.arguments().getFirst().equals("monitor")) {
            throw new BadDirective(
                    "Unrecognized sentinel configuration statement.",
                    "is the word monitor missing?");
        }
        sentinelLines.add(statement);
    }

    @Test
    void theBlockGoesToStandardErrorAndTheHintFollows() {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        ConfException e = refused("port x\n");
        e.print(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertEquals(
                e.redisText() + "hint: " + e.hint() + "\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void changesAtRunTimeTakeOneValue() throws Exception {
        Settings settings = load("").settings();
        assertEquals(
                "5 6 7 8",
                settings.withValue(PersistenceDirectives.SAVE, "5 6 7 8")
                        .show(PersistenceDirectives.SAVE));
        assertEquals(
                "normal 0 0 0 slave 1 2 3 pubsub 4 5 6",
                settings.withValue(
                                NetworkDirectives.CLIENT_OUTPUT_BUFFER_LIMIT,
                                "slave 1 2 3 pubsub 4 5 6")
                        .show(NetworkDirectives.CLIENT_OUTPUT_BUFFER_LIMIT));
        var e =
                assertThrows(
                        BadDirective.class,
                        () -> settings.withValue(NetworkDirectives.PORT, "70000"));
        assertEquals("argument must be between 0 and 65535 inclusive", e.reason());
        assertEquals(
                Map.of("a", "b x"),
                Map.of(
                        "a",
                        settings.withValue(AccessDirectives.REQUIREPASS, "b x")
                                .show(AccessDirectives.REQUIREPASS)));
    }
}
