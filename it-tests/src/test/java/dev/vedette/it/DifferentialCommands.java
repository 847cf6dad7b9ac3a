package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is said to both sentinels, a pipeline a line, its commands parted by {@code |}. In a command
 * {@code ""} is an empty word, {@code \n} and its like mean what they do in a C string,
 * {@code @ADDRESS} is host and port of {@code mymaster}, and {@code LONG} a word of 300 bytes.
 */
final class DifferentialCommands {
    private DifferentialCommands() {}

    /** Everything but SENTINEL; nothing here changes what a sentinel monitors. */
    static final List<String> GENERAL =
            lines(
                    """
                    PING
                    ping hello
                    pInG a b
                    NOSUCH
                    NOSUCH a
                    nosuch a b "" c
                    NOSUCH LONG b c
                    LONG a
                    NOSUCH a\\r\\nb
                    NO\\r\\nSUCH
                    ECHO a
                    SELECT 0
                    SELECT 1
                    MULTI
                    EXEC
                    CONFIG GET *
                    DEBUG SLEEP 0
                    MONITOR
                    PUBSUB CHANNELS
                    TIME
                    GET a
                    REPLICAOF NO ONE
                    SSUBSCRIBE a
                    RESET
                    AUTH
                    AUTH a
                    AUTH default a
                    AUTH nobody a
                    AUTH a b c
                    HELLO
                    HELLO 1
                    HELLO 4
                    HELLO x
                    HELLO 2
                    HELLO 3
                    hello 3 setname a
                    HELLO 2 SETNAME
                    HELLO 2 SETNAME a\\sb
                    HELLO 2 AUTH a
                    HELLO 2 AUTH nobody a
                    HELLO 2 AUTH default a
                    HELLO 2 AUTH default a SETNAME b
                    HELLO 2 FOO
                    HELLO 3 SETNAME a FOO
                    HELLO 99999999999999999999
                    ROLE
                    ROLE a
                    role
                    INFO nosuch
                    INFO nosuch other
                    PUBLISH a
                    PUBLISH a b
                    PUBLISH a b c
                    PUBLISH __sentinel__:hello nonsense
                    publish __sentinel__:hello a,b,c
                    PUBLISH __sentinel__:hello 127.0.0.1,1,aaaa,0,nosuch,127.0.0.1,1,0
                    PUBLISH __sentinel__:hello ""
                    SUBSCRIBE
                    SUBSCRIBE a
                    SUBSCRIBE a b a
                    subscribe a | SUBSCRIBE b | UNSUBSCRIBE a | UNSUBSCRIBE | UNSUBSCRIBE
                    UNSUBSCRIBE
                    UNSUBSCRIBE a b
                    PSUBSCRIBE
                    PSUBSCRIBE a* [-+]sdown
                    PSUBSCRIBE * | SUBSCRIBE a | PUNSUBSCRIBE * | PUNSUBSCRIBE | UNSUBSCRIBE a
                    PUNSUBSCRIBE
                    PUNSUBSCRIBE a
                    SUBSCRIBE a | PING | PING x | PING x y
                    SUBSCRIBE a | ROLE | SENTINEL MYID x | SENTINEL MASTERS | INFO nosuch
                    SUBSCRIBE a | HELLO 3 | PING | CLIENT GETNAME
                    SUBSCRIBE a | NOSUCH
                    CLIENT
                    CLIENT NOSUCH
                    CLIENT GETNAME
                    CLIENT GETNAME a
                    CLIENT SETNAME a | CLIENT GETNAME
                    CLIENT SETNAME "" | CLIENT GETNAME
                    CLIENT SETNAME
                    CLIENT SETNAME a b
                    CLIENT SETNAME a\\sb
                    CLIENT SETNAME a\\nb
                    CLIENT ID a
                    CLIENT INFO a
                    CLIENT LIST TYPE
                    CLIENT LIST TYPE nosuch
                    CLIENT LIST TYPE master
                    CLIENT LIST TYPE replica
                    CLIENT LIST ID
                    CLIENT LIST ID x
                    CLIENT LIST ID 0
                    CLIENT LIST ID 999999
                    CLIENT LIST NOSUCH
                    CLIENT LIST NOSUCH a
                    CLIENT KILL
                    CLIENT KILL 127.0.0.1:1
                    CLIENT KILL nosuch
                    CLIENT KILL ID
                    CLIENT KILL ID x
                    CLIENT KILL ID 0
                    CLIENT KILL ID 999999
                    CLIENT KILL TYPE nosuch
                    CLIENT KILL TYPE replica
                    CLIENT KILL TYPE master
                    CLIENT KILL USER nosuch
                    CLIENT KILL ADDR 127.0.0.1:1
                    CLIENT KILL LADDR 127.0.0.1:1
                    CLIENT KILL SKIPME maybe
                    CLIENT KILL SKIPME no ID 999999
                    CLIENT KILL NOSUCH a
                    CLIENT PAUSE
                    CLIENT PAUSE x
                    CLIENT PAUSE -1
                    CLIENT PAUSE 1 NOSUCH
                    CLIENT PAUSE 1 WRITE
                    CLIENT PAUSE 1 ALL
                    client pause 1
                    CLIENT PAUSE 1 ALL x
                    CLIENT UNPAUSE
                    CLIENT UNPAUSE a
                    CLIENT REPLY
                    CLIENT REPLY NOSUCH
                    CLIENT REPLY ON
                    CLIENT REPLY OFF | PING a | CLIENT REPLY ON
                    CLIENT REPLY SKIP | PING a | PING b
                    CLIENT REPLY ON a
                    CLIENT NO-EVICT
                    CLIENT NO-EVICT on
                    CLIENT NO-EVICT OFF
                    CLIENT NO-EVICT maybe
                    CLIENT TRACKING
                    CLIENT TRACKING off
                    CLIENT TRACKING nosuch
                    CLIENT TRACKING on nosuch
                    CLIENT TRACKING on | CLIENT TRACKINGINFO | CLIENT TRACKING off
                    CLIENT TRACKING on bcast prefix a | CLIENT TRACKINGINFO | CLIENT GETREDIR
                    CLIENT TRACKING on prefix a
                    CLIENT TRACKING on optin optout
                    CLIENT TRACKING on redirect 999999
                    CLIENT TRACKING on redirect x
                    CLIENT TRACKINGINFO
                    CLIENT TRACKINGINFO a
                    CLIENT GETREDIR
                    CLIENT GETREDIR a
                    CLIENT CACHING
                    CLIENT CACHING yes
                    CLIENT CACHING maybe
                    CLIENT UNBLOCK
                    CLIENT UNBLOCK x
                    CLIENT UNBLOCK 999999
                    CLIENT UNBLOCK 999999 NOSUCH
                    CLIENT UNBLOCK 999999 ERROR
                    CLIENT UNBLOCK 999999 ERROR x
                    COMMAND a
                    COMMAND NOSUCH a
                    COMMAND COUNT a
                    COMMAND DOCS nosuch
                    COMMAND LIST NOSUCH
                    COMMAND LIST FILTERBY
                    COMMAND LIST FILTERBY NOSUCH a
                    COMMAND LIST FILTERBY MODULE nosuch
                    COMMAND GETKEYS
                    COMMAND GETKEYS ping
                    COMMAND GETKEYS nosuch a
                    COMMAND GETKEYS publish a
                    COMMAND GETKEYS publish a b
                    COMMAND GETKEYS sentinel masters
                    COMMAND GETKEYSANDFLAGS publish a b
                    COMMAND GETKEYSANDFLAGS nosuch
                    SHUTDOWN NOSUCH
                    SHUTDOWN ABORT
                    SHUTDOWN ABORT NOW
                    SHUTDOWN SAVE NOSAVE
                    SHUTDOWN SAVE SAVE x
                    """);

    /** SENTINEL and its subcommands, in an order in which both change alike. */
    static final List<String> SENTINEL =
            lines(
                    """
                    SENTINEL
                    SENTINEL NOSUCH
                    SENTINEL NOSUCH a b
                    SENTINEL NO\\nSUCH
                    SENTINEL LONG
                    SENTINEL MYID a
                    SENTINEL MYID
                    sentinel myid
                    SENTINEL MASTERS
                    sentinel masters
                    SENTINEL MASTERS a
                    SENTINEL MASTER
                    SENTINEL MASTER mymaster
                    SENTINEL MASTER second
                    SENTINEL MASTER MYMASTER
                    SENTINEL MASTER nosuch
                    SENTINEL MASTER a b
                    SENTINEL REPLICAS mymaster
                    SENTINEL SLAVES mymaster
                    SENTINEL REPLICAS second
                    SENTINEL REPLICAS
                    SENTINEL REPLICAS nosuch
                    SENTINEL SLAVES nosuch
                    SENTINEL SLAVES a b
                    SENTINEL SENTINELS mymaster
                    SENTINEL SENTINELS second
                    SENTINEL SENTINELS nosuch
                    SENTINEL SENTINELS
                    SENTINEL GET-MASTER-ADDR-BY-NAME mymaster
                    sentinel get-master-addr-by-name second
                    SENTINEL GET-MASTER-ADDR-BY-NAME nosuch
                    SENTINEL GET-MASTER-ADDR-BY-NAME
                    SENTINEL GET-MASTER-ADDR-BY-NAME a b
                    SENTINEL IS-MASTER-DOWN-BY-ADDR
                    SENTINEL IS-MASTER-DOWN-BY-ADDR @ADDRESS 0 *
                    SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 1 0 *
                    SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 x 0 *
                    SENTINEL IS-MASTER-DOWN-BY-ADDR @ADDRESS x *
                    SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 99999999999999999999 0 *
                    SENTINEL IS-MASTER-DOWN-BY-ADDR nosuch 1 0 *
                    SENTINEL IS-MASTER-DOWN-BY-ADDR @ADDRESS 0 * x
                    SENTINEL CKQUORUM
                    SENTINEL CKQUORUM mymaster
                    SENTINEL CKQUORUM second
                    SENTINEL CKQUORUM nosuch
                    SENTINEL CKQUORUM a b
                    SENTINEL FAILOVER
                    SENTINEL FAILOVER nosuch
                    SENTINEL FAILOVER second
                    SENTINEL FAILOVER a b
                    SENTINEL PENDING-SCRIPTS
                    SENTINEL PENDING-SCRIPTS a
                    SENTINEL INFO-CACHE
                    SENTINEL INFO-CACHE nosuch
                    SENTINEL INFO-CACHE nosuch other
                    SENTINEL DEBUG
                    SENTINEL DEBUG x
                    SENTINEL DEBUG ping-period
                    SENTINEL DEBUG nosuch 1
                    SENTINEL DEBUG ping-period 0
                    SENTINEL DEBUG ping-period x
                    SENTINEL DEBUG ping-period -1
                    SENTINEL DEBUG Ping-Period 999 ASK-PERIOD 998
                    SENTINEL DEBUG
                    SENTINEL DEBUG ping-period 1000 ask-period 0
                    SENTINEL DEBUG ping-period 1000 ask-period 1000
                    SENTINEL SIMULATE-FAILURE
                    SENTINEL SIMULATE-FAILURE help
                    SENTINEL SIMULATE-FAILURE nosuch
                    SENTINEL SIMULATE-FAILURE crash-after-election help
                    SENTINEL CONFIG
                    SENTINEL CONFIG GET
                    SENTINEL CONFIG NOSUCH a
                    SENTINEL CONFIG GET nosuch
                    SENTINEL CONFIG GET announce-ip
                    SENTINEL CONFIG GET ANNOUNCE-*
                    SENTINEL CONFIG GET sentinel-*
                    SENTINEL CONFIG GET resolve-hostnames
                    SENTINEL CONFIG SET
                    SENTINEL CONFIG SET a
                    SENTINEL CONFIG SET nosuch 1
                    SENTINEL CONFIG SET announce-port x
                    SENTINEL CONFIG SET announce-port 65536
                    SENTINEL CONFIG SET announce-port -1
                    SENTINEL CONFIG SET resolve-hostnames maybe
                    SENTINEL CONFIG SET announce-hostnames maybe
                    SENTINEL CONFIG SET announce-port 0
                    SENTINEL CONFIG SET resolve-hostnames no
                    SENTINEL CONFIG SET announce-hostnames NO
                    SENTINEL FLUSHCONFIG a
                    SENTINEL FLUSHCONFIG
                    SENTINEL HELP a
                    SENTINEL SET
                    SENTINEL SET mymaster
                    SENTINEL SET mymaster quorum
                    SENTINEL SET nosuch quorum 1
                    SENTINEL SET mymaster nosuch 1
                    SENTINEL SET mymaster quorum 0
                    SENTINEL SET mymaster quorum -1
                    SENTINEL SET mymaster quorum x
                    SENTINEL SET mymaster quorum 1x
                    SENTINEL SET mymaster quorum 99999999999999999999
                    SENTINEL SET mymaster down-after-milliseconds 0
                    SENTINEL SET mymaster down-after-milliseconds x
                    SENTINEL SET mymaster failover-timeout 0
                    SENTINEL SET mymaster parallel-syncs 0
                    SENTINEL SET mymaster parallel-syncs x
                    SENTINEL SET mymaster master-reboot-down-after-period -1
                    SENTINEL SET mymaster master-reboot-down-after-period x
                    SENTINEL SET mymaster notification-script /bin/true
                    SENTINEL SET mymaster notification-script ""
                    SENTINEL SET mymaster client-reconfig-script /bin/true
                    SENTINEL SET mymaster auth-pass
                    SENTINEL SET mymaster rename-command a
                    SENTINEL SET mymaster rename-command "" a
                    SENTINEL SET mymaster rename-command a ""
                    SENTINEL SET mymaster quorum 3 parallel-syncs 0
                    SENTINEL MASTER mymaster
                    SENTINEL CKQUORUM mymaster
                    SENTINEL SET mymaster quorum 2
                    sentinel set mymaster QUORUM 2 Parallel-Syncs 2
                    SENTINEL SET mymaster down-after-milliseconds 7000 failover-timeout 21000
                    SENTINEL SET mymaster master-reboot-down-after-period 0
                    SENTINEL SET second rename-command CONFIG CONFIG2
                    SENTINEL SET second rename-command CONFIG CONFIG
                    SENTINEL MASTER mymaster
                    SENTINEL MONITOR
                    SENTINEL MONITOR third 127.0.0.1 1
                    SENTINEL MONITOR third 127.0.0.1 x 1
                    SENTINEL MONITOR third 127.0.0.1 1 x
                    SENTINEL MONITOR third 127.0.0.1 1 0
                    SENTINEL MONITOR third 127.0.0.1 1 -1
                    SENTINEL MONITOR third 127.0.0.1 65536 1
                    SENTINEL MONITOR third 127.0.0.1 -1 1
                    SENTINEL MONITOR third nosuch.invalid 1 1
                    SENTINEL MONITOR third 256.1.1.1 1 1
                    SENTINEL MONITOR third "" 1 1
                    SENTINEL MONITOR mymaster 127.0.0.1 1 1
                    SENTINEL MONITOR third @ADDRESS 1 x
                    SENTINEL MONITOR third @ADDRESS 1
                    SENTINEL GET-MASTER-ADDR-BY-NAME third
                    SENTINEL SET third quorum 4
                    SENTINEL CKQUORUM third
                    SENTINEL REMOVE
                    SENTINEL REMOVE nosuch
                    SENTINEL REMOVE a b
                    SENTINEL REMOVE third
                    SENTINEL REMOVE third
                    SENTINEL GET-MASTER-ADDR-BY-NAME third
                    SENTINEL RESET
                    SENTINEL RESET nosuch
                    SENTINEL RESET NOSUCH*
                    SENTINEL RESET a b
                    SENTINEL RESET [
                    """);

    /** COMMAND, whose items Redis gives in no order. */
    static final List<String> COMMAND =
            lines(
                    """
                    COMMAND
                    command
                    COMMAND COUNT
                    COMMAND LIST
                    COMMAND INFO
                    COMMAND INFO nosuch
                    COMMAND INFO ping
                    COMMAND INFO sentinel|masters
                    COMMAND INFO sentinel|nosuch
                    COMMAND INFO auth hello publish subscribe psubscribe unsubscribe punsubscribe
                    COMMAND INFO info role shutdown
                    COMMAND INFO sentinel
                    COMMAND INFO client
                    COMMAND INFO command
                    COMMAND INFO get
                    COMMAND LIST FILTERBY ACLCAT nosuch
                    COMMAND LIST FILTERBY ACLCAT fast
                    COMMAND LIST FILTERBY ACLCAT pubsub
                    COMMAND LIST FILTERBY ACLCAT dangerous
                    COMMAND LIST FILTERBY PATTERN ping
                    COMMAND LIST FILTERBY PATTERN s*
                    COMMAND LIST FILTERBY PATTERN *|m*
                    """);

    /** Bytes that are no commands, or in an unusual form; {@code LONG} is 70,000 times a 1. */
    static final List<String> BROKEN =
            lines(
                    """
                    *-5\\r\\nPING\\r\\n
                    *abc\\r\\n
                    *\\r\\n
                    *1\\r\\n+a\\r\\n
                    *1\\r\\n$-1\\r\\n
                    *1\\r\\n$x\\r\\n
                    *1\\r\\n$999999999999\\r\\n
                    *2147483648\\r\\n
                    PING "a\\r\\n
                    PING\\r\\nPING\\n
                    \\r\\n\\r\\nPING\\r\\n
                    *0\\r\\nPING\\r\\n
                    *1\\r\\n$4\\r\\nPINGx\\n
                    "PING" 'a b'\\r\\n
                    LONG
                    *LONG
                    POST / HTTP/1.1\\r\\n\\r\\n
                    Host: a\\r\\nPING\\r\\n
                    GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
                    """);

    private static List<String> lines(String block) {
        return block.lines().toList();
    }

    /** The commands of a line as they are sent, one request each. */
    static List<String> requests(String line, Address master) {
        return Stream.of(line.split(" \\| ", -1))
                .map(command -> Wire.command(words(command, master)))
                .toList();
    }

    private static String[] words(String command, Address master) {
        return Stream.of(command.split(" ", -1))
                .flatMap(
                        word ->
                                word.equals("@ADDRESS")
                                        ? Stream.of(master.host(), Integer.toString(master.port()))
                                        : Stream.of(plain(word)))
                .toArray(String[]::new);
    }

    private static String plain(String word) {
        return switch (word) {
            case "\"\"" -> "";
            case "LONG" -> "x".repeat(300);
            default -> word.translateEscapes();
        };
    }
}
