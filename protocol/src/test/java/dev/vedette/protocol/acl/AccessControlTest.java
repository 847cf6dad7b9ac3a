package dev.vedette.protocol.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.conf.Words;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

final class AccessControlTest {
    private static final CommandCatalog COMMANDS =
            CommandCatalog.of(
                    () ->
                            List.of(
                                    command("get", "@read", new Access.Key(1, true, false)),
                                    command("set", "@write", new Access.Key(1, false, true)),
                                    command("append", "@write", new Access.Key(1, true, true)),
                                    command("publish", "@pubsub", new Access.Channel(1, false)),
                                    command("psubscribe", "@pubsub", new Access.Channel(1, true)),
                                    command("select", "@connection"),
                                    new AclCommand(
                                            "auth",
                                            -2,
                                            Set.of("@connection"),
                                            true,
                                            AclCommand.Arguments.NONE,
                                            List.of()),
                                    new AclCommand(
                                            "client",
                                            -2,
                                            Set.of("@slow"),
                                            false,
                                            AclCommand.Arguments.NONE,
                                            List.of(
                                                    command("client|id", "@connection"),
                                                    command("client|kill", "@admin")))));

    private final AccessControl users = new AccessControl(COMMANDS, false);

    private static AclCommand command(String name, String category, Access... accesses) {
        return new AclCommand(name, -1, Set.of(category), false, _ -> List.of(accesses), List.of());
    }

    private void set(String name, String rules) throws BadRule {
        users.set(name, List.of(rules.split(" ", -1)));
    }

    /** What is wrong with a command, such as {@code KEY b}; OK when nothing is. */
    private String check(String user, String said) {
        var words =
                Arrays.stream(said.split(" ", -1))
                        .map(word -> word.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new);
        var text = List.of(said.split(" ", -1));
        var name = text.getFirst().equals("client") ? "client|" + text.get(1) : text.getFirst();
        return users.check(users.find(user).orElseThrow(), name, words)
                .map(denial -> denial.reason() + " " + denial.object())
                .orElse("OK");
    }

    private String rules(String user) {
        var line = users.find(user).orElseThrow().line();
        return line.substring(line.indexOf('@') - 1);
    }

    private Optional<User> logIn(String name, String password) {
        return users.authenticate(
                name.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aKeyIsAllowedForWhatItsPatternSays() throws Exception {
        set("u", "on +@all %R~r* %W~w* ~b*");
        assertEquals("OK", check("u", "get r1"));
        assertEquals("KEY r1", check("u", "set r1 x"));
        assertEquals("OK", check("u", "set w1 x"));
        assertEquals("KEY w1", check("u", "get w1"));
        assertEquals("KEY w1", check("u", "append w1 x"));
        assertEquals("OK", check("u", "append b1 x"));
        assertEquals("KEY other", check("u", "get other"));
    }

    @Test
    void aPatternThatComesTwiceAllowsWhatBothSay() throws Exception {
        set("u", "on +@all %R~x %W~x");
        assertEquals("OK", check("u", "append x y"));
    }

    @Test
    void aCommandPassesWhenOneSelectorLetsAllOfItPass() throws Exception {
        set("u", "on +get ~a (+set ~b) (+publish &c)");
        assertEquals("OK", check("u", "get a"));
        assertEquals("OK", check("u", "set b 1"));
        assertEquals("KEY a", check("u", "set a 1"));
        assertEquals("CHANNEL d", check("u", "publish d x"));
        assertEquals("COMMAND append", check("u", "append a 1"));
    }

    @Test
    void aPatternToListenToMustBeOneOfTheUsersAsItStands() throws Exception {
        set("u", "on +@pubsub &news.*");
        assertEquals("OK", check("u", "publish news.a x"));
        assertEquals("OK", check("u", "psubscribe news.*"));
        assertEquals("CHANNEL news.a*", check("u", "psubscribe news.a*"));
    }

    @Test
    void rulesOfASubcommandAndOfItsCommandFollowEachOther() throws Exception {
        set("u", "on +client -client|kill");
        assertEquals("OK", check("u", "client id"));
        assertEquals("COMMAND client|kill", check("u", "client kill 1"));
        set("u", "-client +client|kill");
        assertEquals("COMMAND client|id", check("u", "client id"));
        assertEquals("OK", check("u", "client kill 1"));
        assertEquals("-@all -client +client|kill", rules("u"));
    }

    @Test
    void aFirstArgumentCanBeAllowedAlone() throws Exception {
        set("u", "on +select|0 +select|3");
        assertEquals("OK", check("u", "select 3"));
        assertEquals("COMMAND select", check("u", "select 1"));
        set("u", "-select");
        assertEquals("COMMAND select", check("u", "select 0"));
        assertThrows(BadRule.class, () -> users.set("u", List.of("+select|0\nuser root on")));
    }

    @Test
    void logInCommandsAreAlwaysAllowed() throws Exception {
        set("u", "on nopass");
        assertEquals("OK", check("u", "auth x"));
    }

    @Test
    void ofManyRulesAllHoldOrNone() throws Exception {
        set("u", "on >p +get ~a");
        var before = users.find("u").orElseThrow().line();
        assertThrows(BadRule.class, () -> set("u", "off nopass +set bogus"));
        assertEquals(before, users.find("u").orElseThrow().line());
        assertThrows(BadRule.class, () -> set("new", "on bogus"));
        assertTrue(users.find("new").isEmpty());
    }

    @Test
    void twoPasswordsAreAcceptedWhileOneIsReplacedByTheOther() throws Exception {
        set("u", "on >old");
        set("u", ">new");
        assertTrue(logIn("u", "old").isPresent());
        assertTrue(logIn("u", "new").isPresent());
        set("u", "<old");
        assertTrue(logIn("u", "old").isEmpty());
        assertTrue(logIn("u", "new").isPresent());
        set("u", "off");
        assertTrue(logIn("u", "new").isEmpty());
        assertTrue(logIn("nobody", "new").isEmpty());
    }

    @Test
    void everyLineOfAConfMakesTheSameUserAgain() throws Exception {
        for (var rules :
                List.of(
                        "on nopass +@all ~* &*",
                        "off",
                        "reset on >p +@all -@write +set ~a ~b %R~c",
                        "on #" + "ab".repeat(32) + " &a &b +client|id (+get ~x) (+set %W~y)",
                        "on +select|0 skip-sanitize-payload ~quote\"d ~back\\slash ~\u00e9")) {
            set("u", "reset " + rules);
            var line = users.find("u").orElseThrow().line();
            var conf = users.confLines().getLast();
            var words = Words.split(conf).orElseThrow();
            users.set("u", concat("reset", words.subList(2, words.size())));
            assertEquals(line, users.find("u").orElseThrow().line());
        }
    }

    private static List<String> concat(String first, List<String> rest) {
        var all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    @Test
    void anAclFileIsTakenAsAWholeOrNotAtAll() throws Exception {
        set("old", "on nopass");
        var refused =
                assertThrows(
                        AclRefusal.class,
                        () ->
                                load(
                                        """
                                        user a on +bogus +worse zz yy

                                        hello
                                        user b on
                                        user b off
                                        user c (+get
                                        """));
        assertEquals(
                "ERR u.acl:1: Error in applying operation '+bogus': Unknown command or category"
                        + " name in ACL. u.acl:1: Error in applying operation '+worse': Unknown"
                        + " command or category name in ACL. u.acl:1: Syntax error. u.acl:3 should"
                        + " start with user keyword followed by the username. WARNING: Duplicate"
                        + " user 'b' found on line 5. u.acl:6: Unmatched parenthesis in selector"
                        + " definition. WARNING: ACL errors detected, no change to the previously"
                        + " active ACL rules was performed",
                refused.line());
        assertTrue(users.find("old").isPresent());

        load("user a on nopass +get ~*\r\n");
        assertTrue(users.find("old").isEmpty());
        assertEquals("OK", check("a", "get x"));
        assertEquals(
                """
                user a on nopass ~* resetchannels -@all +get
                user default on nopass ~* &* +@all
                """,
                users.fileText());
    }

    private void load(String text) throws AclRefusal {
        AclFileText.load(users, "u.acl", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whoLostChannelsOrIsGoneIsToldOf() throws Exception {
        var told = new ArrayList<String>();
        users.listener(
                new AccessControl.Listener() {
                    @Override
                    public void channelsChanged(User user) {
                        told.add("channels of " + user.name());
                    }

                    @Override
                    public void deleted(User user) {
                        told.add(user.name() + " is gone");
                    }
                });
        set("u", "on >p +@all allchannels");
        set("u", "-get >q");
        assertTrue(told.isEmpty());
        set("u", "resetchannels");
        load("user other on\n");
        assertEquals(List.of("channels of u", "u is gone"), told);
    }

    @Test
    void whatHappensAgainWithinAMinuteIsCountedInTheLog() {
        var log = new AclLog(3);
        var denial = new Denial(Denial.Reason.COMMAND, "get");
        log.add(denial, "toplevel", "u", "first", 1_000);
        log.add(new Denial(Denial.Reason.KEY, "k"), "toplevel", "u", "c", 2_000);
        log.add(denial, "toplevel", "u", "second", 60_999);
        assertEquals(List.of(2L, 1L), log.newest(10).stream().map(AclLog.Entry::count).toList());
        assertEquals("second", log.newest(1).getFirst().client());
        log.add(denial, "toplevel", "u", "third", 130_000);
        log.add(denial, "multi", "u", "fourth", 130_000);
        assertEquals(
                List.of("fourth", "third", "second"),
                log.newest(10).stream().map(AclLog.Entry::client).toList());
        assertFalse(log.newest(-1).iterator().hasNext());
        log.maxEntries(0);
        log.add(denial, "multi", "u", "fifth", 130_000);
        assertTrue(log.newest(10).isEmpty());
    }
}
