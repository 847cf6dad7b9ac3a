package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.conf.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The same words about users to redis-sentinel 7.0.15 and to ours; the replies are compared byte by
 * byte. Left out, with the reason:
 *
 * <ul>
 *   <li>the rules of commands behind {@code +@all} or {@code -@all} as text: 7.0 guesses them anew
 *       from what is allowed, in an order that changes with each start; ours are those that were
 *       given, as in 7.2. What they allow is compared instead, command by command;
 *   <li>ACL HELP's sentences, which are ours;
 *   <li>the order of ACL CAT with a category, and commands that only one of both has;
 *   <li>of ACL LOG the age, and of the client all but name, command and user;
 *   <li>the name of the program in HELLO: its version.
 * </ul>
 */
final class AclAgainstRedisTest {
    /** Some lines each begin with the number of the connection that says them; 0 else. */
    private static final String RULES =
            """
            acl whoami
            acl list
            acl users
            acl getuser default
            acl getuser nosuch
            acl setuser x bogus
            acl setuser x +bogus
            acl setuser x -bogus
            acl setuser x +get
            acl setuser x +@bogus
            acl setuser x -@bogus
            acl setuser x +client|bogus
            acl setuser x -client|bogus
            acl setuser x +client|
            acl setuser x +client|id|x
            acl setuser x +
            acl setuser x -
            acl setuser x ""
            acl setuser x "#abc"
            acl setuser x "!abc"
            acl setuser x "#AAd62bd7ba8f1cd0df7b24b4c1f2c8d4f5a3c2e1b0a99887766554433221100ff"
            acl setuser x "#aad62bd7ba8f1cd0df7b24b4c1f2c8d4f5a3c2e1b0a99887766554433221100"
            acl getuser x
            acl setuser x "!aad62bd7ba8f1cd0df7b24b4c1f2c8d4f5a3c2e1b0a99887766554433221100"
            acl setuser x <nopass1
            acl setuser x allkeys ~foo
            acl getuser x
            acl setuser x ~a ~b %R~c %W~c %RW~d %wr~e
            acl setuser x "%X~foo"
            acl setuser x "%RR~foo"
            acl setuser x %~foo
            acl setuser x allchannels &foo
            acl setuser x &a &b &a
            acl setuser x "~with space"
            acl setuser x "&with space"
            acl setuser x (
            acl setuser x (+ping
            acl setuser x "(+ping"
            acl setuser x "()"
            acl setuser x "(+ping bogus)"
            acl setuser x "(on)"
            acl setuser x "(>p)"
            acl setuser x "(+@bogus)"
            acl setuser x "((+ping))"
            acl setuser x (+ping ~a) &c
            acl setuser x )
            acl setuser x "( +ping )"
            acl setuser x "(+ping)x"
            acl list
            acl getuser x
            acl setuser x clearselectors
            acl list
            acl setuser x reset
            acl getuser x
            acl setuser x on >p1 >p1 >p2
            acl getuser x
            acl setuser x nopass
            acl getuser x
            acl setuser x >p3
            acl getuser x
            acl setuser x <p3 resetpass
            acl getuser x
            acl setuser x sanitize-payload skip-sanitize-payload
            acl getuser x
            acl setuser x ON NOPASS ALLKEYS ALLCHANNELS ALLCOMMANDS
            acl getuser x
            acl setuser x nocommands RESETKEYS RESETCHANNELS OFF
            acl getuser x
            acl setuser x off >p bogus
            acl getuser x
            acl setuser "a b" on
            acl setuser "" on
            acl setuser
            acl setuser onlyname
            acl users
            acl deluser default
            acl deluser nosuch x default
            acl deluser nosuch x ""
            acl deluser
            acl users
            acl bogus
            acl
            acl list x
            acl whoami x
            acl getuser
            acl dryrun nosuch ping
            acl dryrun default bogus
            acl dryrun default client|id
            acl dryrun default ping a b c
            acl dryrun default client
            acl setuser y on nopass
            acl dryrun y ping
            acl dryrun y client list
            acl dryrun y client
            acl dryrun y client bogus
            acl dryrun y auth a b
            acl dryrun y hello
            acl setuser y +ping +subscribe +psubscribe &news.* +client +publish
            acl dryrun y subscribe news.a
            acl dryrun y subscribe news.a other
            acl dryrun y psubscribe news.*
            acl dryrun y psubscribe news.a
            acl dryrun y psubscribe *
            acl dryrun y publish foo bar
            acl dryrun y client list
            acl setuser y (+info &b*) (+publish &c*)
            acl dryrun y info
            acl dryrun y role
            acl dryrun y publish c1 x
            acl dryrun y publish b1 x
            acl dryrun y subscribe c1
            acl genpass 0
            acl genpass 4097
            acl genpass abc
            acl genpass -1
            acl genpass 08
            acl genpass 4096 4
            acl cat
            acl cat a b
            acl cat nosuch
            acl cat @read
            acl cat read
            acl log abc
            acl log -1
            acl log 0
            acl log reset
            acl log reset x
            acl log 1 2
            acl load
            acl save
            """;

    private static final String SESSIONS =
            """
            acl setuser y reset on >p +ping +subscribe +psubscribe &news.* +publish +client|id
            acl log reset
            1 auth p
            1 auth y bad
            1 auth nosuch bad
            1 auth y p x
            1 auth y p
            1 acl whoami
            1 client list
            1 info
            1 role
            1 bogus
            1 subscribe other
            1 subscribe news.a other
            1 psubscribe news.a
            1 psubscribe news.*
            1 punsubscribe
            1 publish foo x
            1 publish news.a x
            1 hello 3 auth y bad
            1 hello 3 auth y p
            1 client
            1 client bogus
            1 ping a b c
            1 auth
            1 info
            1 AUTH y bad
            1 AUTH y bad
            1 sentinel masters
            1 sentinel get-master-addr-by-name m
            acl setuser y +sentinel|get-master-addr-by-name
            1 sentinel get-master-addr-by-name nosuch
            1 SENTINEL MASTERS
            1 shutdown
            acl log
            acl log 2
            2 hello 3
            2 acl getuser y
            2 acl getuser nosuch
            2 acl cat
            2 acl log 1
            2 acl list
            2 acl users
            acl log reset
            acl log
            client kill user nosuch
            client kill user y
            acl setuser default off
            3 ping
            3 hello 3
            3 auth x
            3 auth default x
            ping
            acl setuser default on >pw
            4 ping
            4 hello 3
            4 auth x
            4 auth pw
            4 acl whoami
            4 acl getuser default
            acl setuser default >pw2
            5 auth pw
            5 auth pw2
            5 auth default pw
            acl setuser default <pw
            5 auth pw
            5 ping
            acl setuser default nopass
            6 ping
            6 auth foo
            6 auth default foo
            """;

    @TempDir Path folder;

    private RealRedis redisSentinel() throws IOException {
        var address = RealRedis.freeAddress();
        var conf = Files.createDirectories(folder.resolve("redis")).resolve("sentinel.conf");
        Files.writeString(
                conf,
                "port %d\nbind 127.0.0.1\ndir %s\n".formatted(address.port(), conf.getParent()));
        return RealRedis.sentinel(conf, address.port());
    }

    @Test
    void rulesOfUsersAreTakenRefusedAndShownAsByRedis() throws Exception {
        compare(RULES);
    }

    @Test
    void whoComesInAndWhoIsTurnedAwayIsAsWithRedis() throws Exception {
        compare(SESSIONS);
    }

    private void compare(String script) throws Exception {
        try (var redis = redisSentinel();
                var ours = OurSentinel.start(folder.resolve("ours"), "")) {
            var theirs = new ArrayList<RawClient>();
            var mine = new ArrayList<RawClient>();
            try {
                for (var line : script.lines().toList()) {
                    var words = Words.split(line).orElseThrow();
                    var numbered = words.getFirst().matches("\\d");
                    var who = numbered ? Integer.parseInt(words.getFirst()) : 0;
                    var said = words.subList(numbered ? 1 : 0, words.size()).toArray(String[]::new);
                    while (mine.size() <= who) {
                        theirs.add(RawClient.connect(redis.address()));
                        mine.add(RawClient.connect(ours.address()));
                    }
                    assertEquals(
                            comparable(theirs.get(who).call(said)),
                            comparable(mine.get(who).call(said)),
                            line);
                }
            } finally {
                for (var client : theirs) {
                    client.close();
                }
                for (var client : mine) {
                    client.close();
                }
            }
        }
    }

    /** Without what is left out; lengths of what has changed go too. */
    private static String comparable(String reply) {
        return reply.replaceAll("([-+]@all)( [-+][^ )\r\n]+)+", "$1")
                .replaceAll("\\$\\d+\r\n(user |[-+]@all)", "$1")
                .replaceAll("age-seconds\r\n(\\$\\d+\r\n|,)[^\r]*", "age-seconds")
                .replaceAll(
                        "\\$\\d+\r\nid=.* addr=.* name=([^ ]*) .* cmd=([^ ]*) user=([^ ]*)"
                                + " [^\r]*",
                        "name=$1 cmd=$2 user=$3")
                .replaceAll("version\r\n\\$\\d+\r\n[^\r]*", "version")
                .replaceAll("id\r\n:\\d+", "id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+@all -@admin",
                "+@all -@admin +sentinel|masters",
                "+@all -@dangerous +info +client|list",
                "-@all +@fast",
                "+@slow -client",
                "+@pubsub +@connection -client|kill",
                "+sentinel -sentinel|set -sentinel|failover",
                "+client -@dangerous",
                "+@admin -shutdown -acl +acl|whoami",
                "+@all -sentinel +sentinel|get-master-addr-by-name +sentinel|sentinels",
                "+@read +@write +@keyspace",
                "+info -info +role -@admin",
                "-@all +auth +client|getname +client|id +client|setname +command +hello +ping +role"
                        + " +sentinel|get-master-addr-by-name +sentinel|master +sentinel|myid"
                        + " +sentinel|replicas +sentinel|sentinels",
            })
    void aRuleAllowsTheSameCommandsAsWithRedisAndSoDoesTheLineThatItIsSavedAs(String rules)
            throws Exception {
        try (var redis = redisSentinel();
                var ours = OurSentinel.start(folder.resolve("ours"), "");
                var theirClient = RawClient.connect(redis.address());
                var ourClient = RawClient.connect(ours.address())) {
            var allowed = allowed(theirClient, "u", rules);
            assertEquals(allowed, allowed(ourClient, "u", rules));

            var saved = ourClient.call("ACL", "GETUSER", "u").lines().toList();
            var commands = saved.get(saved.indexOf("commands") + 2);
            assertEquals(allowed, allowed(theirClient, "again", commands), commands);
            assertEquals(allowed, allowed(ourClient, "again", commands), commands);
        }
    }

    /** Those commands of both that the user may say. */
    private static Set<String> allowed(RawClient client, String user, String rules)
            throws IOException {
        var words = new ArrayList<>(List.of("ACL", "SETUSER", user, "reset", "allchannels"));
        words.addAll(List.of(rules.split(" ")));
        assertEquals("+OK\r\n", client.call(words.toArray(String[]::new)));
        var allowed = new TreeSet<String>();
        for (var command : COMMANDS.lines().toList()) {
            var dryRun = new ArrayList<>(List.of("ACL", "DRYRUN", user));
            dryRun.addAll(List.of(command.split("[ |]")));
            var answer = client.call(dryRun.toArray(String[]::new));
            assertTrue(answer.equals("+OK\r\n") || answer.contains("no permissions"), answer);
            if (answer.equals("+OK\r\n")) {
                allowed.add(command);
            }
        }
        return allowed;
    }

    /** With as many words as each one takes. */
    private static final String COMMANDS =
            """
            ping
            auth p
            hello
            info
            role
            shutdown
            publish c m
            subscribe c
            unsubscribe
            psubscribe c
            punsubscribe
            command
            command|count
            command|list
            command|info
            command|docs
            client|id
            client|getname
            client|setname n
            client|list
            client|info
            client|kill id 1
            client|pause 1
            client|unpause
            client|unblock 1
            client|reply on
            client|no-evict on
            client|getredir
            client|help
            acl|cat
            acl|list
            acl|users
            acl|whoami
            acl|genpass
            acl|setuser x
            acl|getuser x
            acl|deluser x
            acl|dryrun x ping
            acl|log
            acl|load
            acl|save
            acl|help
            sentinel|masters
            sentinel|master m
            sentinel|replicas m
            sentinel|slaves m
            sentinel|sentinels m
            sentinel|myid
            sentinel|get-master-addr-by-name m
            sentinel|is-master-down-by-addr h 1 1 *
            sentinel|reset m
            sentinel|failover m
            sentinel|ckquorum m
            sentinel|flushconfig
            sentinel|monitor m h 1 1
            sentinel|remove m
            sentinel|set m quorum 1
            sentinel|info-cache m
            sentinel|pending-scripts
            sentinel|config get *
            sentinel|debug
            sentinel|help
            """;

    @Test
    void subscribersWhoLostTheirChannelsAndClientsOfDeletedUsersAreClosed() throws Exception {
        try (var redis = redisSentinel();
                var ours = OurSentinel.start(folder.resolve("ours"), "")) {
            for (var address : List.of(redis.address(), ours.address())) {
                try (var admin = RawClient.connect(address);
                        var channel = RawClient.connect(address);
                        var pattern = RawClient.connect(address);
                        var idle = RawClient.connect(address);
                        var self = RawClient.connect(address)) {
                    admin.call("ACL", "SETUSER", "z", "on", "nopass", "+@all", "allchannels");
                    for (var client : List.of(channel, pattern, idle, self)) {
                        assertEquals("+OK\r\n", client.call("AUTH", "z", "any"));
                    }
                    channel.call("SUBSCRIBE", "foo");
                    pattern.call("PSUBSCRIBE", "foo*");
                    admin.call("ACL", "SETUSER", "z", "-info");
                    admin.call("ACL", "SETUSER", "z", "resetchannels", "&foo");
                    assertThrows(IOException.class, () -> pattern.call("PING"));
                    assertTrue(channel.call("PING").contains("pong"));
                    admin.call("ACL", "SETUSER", "z", "off");
                    assertEquals("+PONG\r\n", idle.call("PING"));
                    assertEquals(":1\r\n", self.call("ACL", "DELUSER", "z"));
                    assertThrows(IOException.class, () -> self.call("PING"));
                    assertThrows(IOException.class, () -> idle.call("PING"));
                    assertThrows(IOException.class, () -> channel.call("PING"));
                    assertEquals("+PONG\r\n", admin.call("PING"));
                }
            }
        }
    }
}
