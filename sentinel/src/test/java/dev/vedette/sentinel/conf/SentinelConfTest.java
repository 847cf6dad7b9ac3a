package dev.vedette.sentinel.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.acl.CommandCatalog;
import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.NetworkDirectives;
import dev.vedette.protocol.daemon.Version;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.LinkSpec.Credentials;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class SentinelConfTest {
    private static final List<String> USERS = List.of("user default on nopass ~* &* +@all");
    private static final String MONITOR = "sentinel monitor m 127.0.0.1 6379 2\n";
    private static final String ID = "ab".repeat(20);
    private static final String PEER = "cd".repeat(20);

    @TempDir Path folder;

    private SentinelConf load(String text, String... options) throws ConfException, IOException {
        var file = Files.writeString(folder.resolve("sentinel.conf"), text);
        var arguments = new ArrayList<String>();
        arguments.add(file.toString());
        arguments.addAll(List.of(options));
        return SentinelConf.load(
                CommandLine.parse(arguments),
                InputStream.nullInputStream(),
                WorkingDirectory.of(folder));
    }

    private ConfException refusal(String text) {
        return assertThrows(ConfException.class, () -> load(text));
    }

    // ---- reading

    @Test
    void everySentinelDirectiveIsRead() throws Exception {
        var state =
                load(MONITOR
                                + "sentinel myid "
                                + ID
                                + "\nsentinel down-after-milliseconds m 1500\n"
                                + "sentinel failover-timeout m 2500\n"
                                + "sentinel parallel-syncs m 3\n"
                                + "sentinel notification-script m /bin/true\n"
                                + "sentinel client-reconfig-script m /bin/false\n"
                                + "sentinel auth-user m someone\n"
                                + "sentinel auth-pass m \"a secret\"\n"
                                + "sentinel master-reboot-down-after-period m 70\n"
                                + "sentinel config-epoch m 4\n"
                                + "sentinel leader-epoch m 6\n"
                                + "sentinel current-epoch 6\n"
                                + "sentinel known-replica m 127.0.0.1 6380\n"
                                + "sentinel known-slave m ::1 6381\n"
                                + "sentinel known-sentinel m 127.0.0.1 26380 "
                                + PEER
                                + "\nsentinel rename-command m config guarded\n"
                                + "sentinel announce-ip 10.0.0.1\n"
                                + "sentinel announce-port 5000\n"
                                + "sentinel deny-scripts-reconfig no\n"
                                + "sentinel sentinel-user peer\n"
                                + "sentinel sentinel-pass word\n")
                        .state();

        var master = state.master("m").orElseThrow();
        assertEquals(new SentinelId(ID), state.myId());
        assertEquals(6, state.currentEpoch());
        assertEquals(new Address("127.0.0.1", 6379), master.address());
        assertEquals(2, master.quorum());
        assertEquals(Duration.ofMillis(1500), master.options().downAfter());
        assertEquals(Duration.ofMillis(2500), master.options().failoverTimeout());
        assertEquals(3, master.options().parallelSyncs());
        assertEquals(Optional.of("/bin/true"), master.options().notificationScript());
        assertEquals(Optional.of("/bin/false"), master.options().clientReconfigScript());
        assertEquals(Optional.of("someone"), master.options().authUser());
        assertEquals(Optional.of("a secret"), master.options().authPass());
        assertEquals(Duration.ofMillis(70), master.options().rebootDownAfter());
        assertEquals(Map.of("CONFIG", "guarded"), master.options().renamedCommands());
        assertEquals(4, master.configEpoch());
        assertEquals(6, master.leaderEpoch());
        assertEquals(
                List.of(new Address("127.0.0.1", 6380), new Address("::1", 6381)),
                master.replicas());
        assertEquals(
                List.of(
                        new SentinelState.Peer(
                                new SentinelId(PEER), new Address("127.0.0.1", 26380))),
                master.peers());
        assertEquals(Optional.of("10.0.0.1"), state.options().announceHost());
        assertEquals(Optional.of(5000), state.options().announcePort());
        assertFalse(state.options().denyScriptsReconfig());
        assertEquals(
                Optional.of(new Credentials(Optional.of("peer"), "word")),
                state.options().peerCredentials());
    }

    @Test
    void theOptionsOfAMasterMayStandBeforeIt() throws Exception {
        var state = load("SENTINEL Down-After-Milliseconds m 700\n" + MONITOR).state();
        assertEquals(Duration.ofMillis(700), state.master("m").orElseThrow().options().downAfter());
    }

    @Test
    void anIdIsDrawnWhereTheFileHasNone() throws Exception {
        var conf = load(MONITOR);
        assertTrue(conf.idIsNew());
        assertTrue(conf.state().myId().text().matches("[0-9a-f]{40}"));
    }

    @Test
    void aConfigEpochRaisesTheCurrentEpoch() throws Exception {
        var state = load(MONITOR + "sentinel config-epoch m 9\nsentinel current-epoch 3\n").state();
        assertEquals(9, state.currentEpoch());
    }

    @Test
    void aKnownSentinelWithoutIdIsIgnored() throws Exception {
        var state = load(MONITOR + "sentinel known-sentinel m 127.0.0.1 26380\n").state();
        assertEquals(List.of(), state.master("m").orElseThrow().peers());
    }

    @Test
    void optionsOfTheCommandLineWin() throws Exception {
        var conf = load("port 1\n" + MONITOR, "--port", "7777", "--sentinel", "myid", ID);
        assertEquals(7777, conf.settings().get(NetworkDirectives.PORT));
        assertEquals(new SentinelId(ID), conf.state().myId());
    }

    @Test
    void requirepassIsAlsoWhatPeersAreToldUnlessSentinelPassSaysOtherwise() throws Exception {
        var conf = load(MONITOR + "requirepass secret\n");
        assertEquals(
                Optional.of(new Credentials(Optional.empty(), "secret")),
                conf.state().options().peerCredentials());
        assertTrue(letsIn(conf, "secret"));
        assertFalse(letsIn(conf, "other"));
    }

    @Test
    void aUserLineOfTheDefaultUserWinsOverRequirepass() throws Exception {
        var conf = load(MONITOR + "user default on >other ~* &* +@all\nrequirepass secret\n");
        assertTrue(letsIn(conf, "other"));
        assertFalse(letsIn(conf, "secret"));
    }

    private static boolean letsIn(SentinelConf conf, String password) throws ConfException {
        return conf.users(CommandCatalog.of(List::of))
                .authenticate(
                        "default".getBytes(StandardCharsets.UTF_8),
                        password.getBytes(StandardCharsets.UTF_8))
                .isPresent();
    }

    // ---- refusals, in the words of redis-sentinel 7.0.15

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    sentinel down-after-milliseconds m 0      | negative or zero time parameter.
                    sentinel failover-timeout m -1            | negative or zero time parameter.
                    sentinel down-after-milliseconds m 5s     | negative or zero time parameter.
                    sentinel master-reboot-down-after-period m -1 | negative time parameter.
                    sentinel monitor n 127.0.0.1 6379 0       | Quorum must be 1 or greater.
                    sentinel monitor m 127.0.0.1 6379 2       | Duplicate master name.
                    sentinel monitor n somewhere.test 6379 2  | Can't resolve instance hostname.
                    sentinel monitor n 127.0.0.1 99999 2      | Invalid port number.
                    sentinel m 127.0.0.1 6379 2               | Unrecognized sentinel configuration statement.
                    sentinel foo bar                          | Unrecognized sentinel configuration statement.
                    sentinel parallel-syncs m                 | Unrecognized sentinel configuration statement.
                    sentinel parallel-syncs x 3               | No such master with specified name.
                    sentinel myid abc                         | Malformed Sentinel id in myid option.
                    sentinel deny-scripts-reconfig maybe      | Please specify yes or no for the deny-scripts-reconfig options.
                    sentinel resolve-hostnames maybe          | Please specify yes or no for the resolve-hostnames option.
                    sentinel announce-hostnames maybe         | Please specify yes or no for the announce-hostnames option.
                    sentinel notification-script m /etc/passwd | Notification script seems non existing or non executable.
                    sentinel client-reconfig-script m /nowhere | Client reconfiguration script seems non existing or non executable.
                    sentinel known-replica m 127.0.0.1 70000  | Invalid port number.
                    foo bar                                   | Bad directive or wrong number of arguments
                    port abc                                  | argument couldn't be parsed into an integer
                    """)
    void aBadLineIsRefusedInTheWordsOfRedis(String line, String reason) {
        assertEquals(
                """

                *** FATAL CONFIG FILE ERROR (Redis %s) ***
                Reading the configuration file, at line 2
                >>> '%s'
                %s
                """
                        .formatted(Version.REDIS, line, reason),
                refusal(MONITOR + line + "\n").redisText());
    }

    @Test
    void whatIsThereTwiceIsRefusedAtTheSecondLine() {
        var replica = "sentinel known-replica m 127.0.0.1 7\n";
        assertTrue(
                refusal(MONITOR + replica + replica)
                        .redisText()
                        .contains(
                                "at line 3\n>>> 'sentinel known-replica m 127.0.0.1 7'\nDuplicate"
                                        + " hostname and port for replica."));
        var renamed = "sentinel rename-command m a b\nsentinel rename-command m A c\n";
        assertTrue(
                refusal(MONITOR + renamed)
                        .redisText()
                        .contains("Same command renamed multiple times with rename-command."));
        var known = "sentinel known-sentinel m 127.0.0.1 %s " + PEER + "\n";
        assertTrue(
                refusal(MONITOR + known.formatted(1) + known.formatted(2))
                        .redisText()
                        .contains("Duplicate runid for sentinel."));
    }

    @Test
    void aLineThatLacksTheWordMonitorIsRecognized() {
        var refusal = refusal("port 1\nsentinel mymaster 127.0.0.1 6379 2\n");
        assertTrue(refusal.hint().contains("sentinel.conf:2"), refusal.hint());
        assertTrue(
                refusal.hint().contains("write: sentinel monitor mymaster 127.0.0.1 6379 2"),
                refusal.hint());
    }

    @Test
    void aMistypedOptionIsRecognized() {
        var refusal = refusal(MONITOR + "sentinel down-after-miliseconds m 5000\n");
        assertTrue(
                refusal.hint().contains("did you mean \"down-after-milliseconds\"?"),
                refusal.hint());
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "::", "*"})
    void aWildcardIsNotAnnounced(String wildcard) {
        var refusal = refusal(MONITOR + "sentinel announce-ip " + wildcard + "\n");
        assertTrue(refusal.redisText().contains("the address of no machine"), refusal.redisText());
        assertTrue(refusal.hint().contains("write the address at which"), refusal.hint());
    }

    @Test
    void aLoopbackAddressIsAnnouncedOnlyToThisMachine() throws Exception {
        var far = "sentinel known-sentinel m 192.0.2.7 26379 " + PEER + "\n";
        for (var conf :
                List.of(
                        "sentinel announce-ip 127.0.0.1\nsentinel monitor m 192.0.2.1 6379 2\n",
                        MONITOR + "sentinel announce-ip 127.0.0.1\n" + far,
                        MONITOR + far)) {
            var refusal = refusal(conf);
            assertTrue(
                    refusal.redisText().contains("would announce itself as 127.0.0.1 to 192.0.2."),
                    refusal.redisText());
            assertTrue(refusal.hint().contains("sentinel announce-ip"), refusal.hint());
        }
        for (var conf :
                List.of(
                        MONITOR + "sentinel announce-ip 127.0.0.1\n",
                        MONITOR
                                + "sentinel announce-ip ::1\nsentinel known-sentinel m 127.0.0.2"
                                + " 26379 "
                                + PEER
                                + "\n",
                        MONITOR + "sentinel announce-ip 192.0.2.9\n" + far,
                        "sentinel monitor m 192.0.2.1 6379 2\n" + far)) {
            assertEquals(1, load(conf).state().masters().size());
        }
    }

    @Test
    void valkeysNameOfTheRebootPeriodIsReadAndRedissIsWritten() throws Exception {
        var conf = load(MONITOR + "sentinel primary-reboot-down-after-period m 900\n");
        assertEquals(
                Duration.ofMillis(900),
                conf.state().master("m").orElseThrow().options().rebootDownAfter());
        conf.write(conf.state(), USERS);
        var text = Files.readString(conf.file());
        assertTrue(text.contains("\nsentinel master-reboot-down-after-period m 900\n"), text);
        assertFalse(text.contains("primary"), text);
    }

    @Test
    void aMasterNameCannotHoldControlCharacters() {
        var refusal = refusal("sentinel monitor \"a\\nb\" 127.0.0.1 6379 2\n");
        assertTrue(
                refusal.redisText().contains("A master name cannot be empty or hold control"),
                refusal.redisText());
    }

    @Test
    void namesAreTakenWhereTheyAreResolvedAndKept() throws Exception {
        var conf =
                load(
                        """
                        sentinel monitor m redis-1.test 6379 2
                        sentinel known-replica m redis-2.test 6379
                        sentinel resolve-hostnames yes
                        """);
        var master = conf.state().master("m").orElseThrow();
        assertEquals(new Address("redis-1.test", 6379), master.address());
        assertEquals(List.of(new Address("redis-2.test", 6379)), master.replicas());
        conf.write(conf.state(), USERS);
        assertTrue(
                Files.readString(conf.file())
                        .startsWith("sentinel monitor m redis-1.test 6379 2\n"),
                Files.readString(conf.file()));
        var refusal = refusal("sentinel resolve-hostnames yes\nsentinel monitor m a,b 6379 2\n");
        assertTrue(refusal.redisText().contains("Can't resolve instance hostname."));
    }

    @Test
    void withoutAFileThereIsNowhereToKeepTheState() {
        var refusal =
                assertThrows(
                        ConfException.class,
                        () ->
                                SentinelConf.load(
                                        CommandLine.parse(List.of()),
                                        InputStream.nullInputStream(),
                                        WorkingDirectory.of(folder)));
        assertEquals(
                "Sentinel needs config file on disk to save state. Exiting...",
                refusal.redisText());
    }

    // ---- writing

    @Test
    void aRewriteKeepsCommentsAndOrderAndAppendsWhatIsNew() throws Exception {
        var conf =
                load(
                        "# mine\nport 26000\n"
                                + MONITOR
                                + "\n\n\n# the rest\nsentinel parallel-syncs m 1\nmaxclients 50\n",
                        "--sentinel",
                        "myid",
                        ID);
        conf.write(conf.state(), USERS);

        assertEquals(
                """
                # mine
                port 26000
                sentinel monitor m 127.0.0.1 6379 2

                # the rest

                maxclients 50
                # Generated by CONFIG REWRITE
                latency-tracking-info-percentiles 50 99 99.9
                dir "%s"
                protected-mode no
                user default on nopass ~* &* +@all
                sentinel myid %s
                sentinel config-epoch m 0
                sentinel leader-epoch m 0
                sentinel current-epoch 0
                """
                        .formatted(folder.toRealPath(), ID),
                Files.readString(conf.file()));
    }

    @Test
    void whatIsWrittenIsReadBackAsItWas() throws Exception {
        var conf =
                load(
                        MONITOR
                                + "sentinel auth-pass m \"with \\\"quotes\\\" and blanks\"\n"
                                + "sentinel known-slave m 127.0.0.1 6380\n"
                                + "sentinel known-sentinel m ::1 26380 "
                                + PEER
                                + "\nsentinel down-after-milliseconds m 77\n"
                                + "sentinel sentinel-pass \"a b\"\n"
                                + "sentinel announce-ip 10.1.1.1\n");
        conf.write(conf.state(), USERS);
        var text = Files.readString(conf.file());
        assertEquals(conf.state(), load(text).state());

        // And a second time nothing changes any more.
        conf.write(conf.state(), USERS);
        assertEquals(text, Files.readString(conf.file()));
        assertFalse(text.contains("known-slave"), text);
    }
}
