package dev.vedette.it;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that is left out when ours is compared with redis-sentinel 7.0.15, by name and with the
 * reason. What is not named here is the same. A test fails when a line is named here without need.
 */
final class DifferentialExclusions {
    private DifferentialExclusions() {}

    /** Fields whose value depends on the moment; that they are there, and where, is compared. */
    static final Map<String, String> FIELDS =
            reasons(
                    """
                    link-pending-commands: what is on its way in this moment
                    last-ping-sent: a time
                    last-ok-ping-reply: a time
                    last-ping-reply: a time
                    info-refresh: a time
                    role-reported-time: a time
                    last-hello-message: a time
                    s-down-time: a time
                    o-down-time: a time
                    slave-repl-offset: the master pings its replicas
                    id: a running number
                    version: 7.0.15 there, the 7.2 that is the baseline here
                    """);

    /** Whole lines of {@link DifferentialCommands} that are answered otherwise. */
    static final Map<String, String> LINES =
            reasons(
                    """
                    RESET: answered leniently, as servers do
                    SENTINEL CONFIG GET: the error text of 7.2
                    SENTINEL CONFIG NOSUCH a: the error text of 7.2
                    SENTINEL CONFIG SET: the error text of 7.2
                    SENTINEL CONFIG SET a: the error text of 7.2
                    """);

    /** Commands that only one of them tells of in COMMAND, with their subcommands. */
    static final Map<String, String> COMMANDS =
            reasons(
                    """
                    client|setinfo: new in 7.2
                    """);

    /** Lines of INFO that only one of them has. */
    static final Map<String, String> INFO_LINES =
            reasons(
                    """
                    vedette_version: ours
                    client_query_buffer_limit_disconnections: new in 7.2
                    client_output_buffer_limit_disconnections: new in 7.2
                    acl_access_denied_auth: new in 7.2
                    acl_access_denied_cmd: new in 7.2
                    acl_access_denied_key: new in 7.2
                    acl_access_denied_channel: new in 7.2
                    """);

    /** Fields of a line of CLIENT LIST that only one of them has. */
    static final Map<String, String> CLIENT_FIELDS =
            reasons(
                    """
                    lib-name: new in 7.2
                    lib-ver: new in 7.2
                    """);

    /**
     * Events that a leader publishes in another order behind the promotion, or of another master.
     */
    static final Map<String, String> LATER_EVENTS =
            reasons(
                    """
                    +switch-master: told with the promotion, before the others are re-pointed
                    +slave: behind +switch-master
                    +slave-reconf-sent: its master is the new one, for the switch was told before
                    +slave-reconf-inprog: its master is the new one, for the switch was told before
                    +slave-reconf-done: its master is the new one, for the switch was told before
                    """);

    /** Events that come or not by chance, or for another reason. */
    static final Map<String, String> EVENTS =
            reasons(
                    """
                    -role-change: depends on whether INFO comes before the switch
                    +role-change: depends on whether INFO comes before the switch
                    +convert-to-slave: ours demotes a deposed master at once, Redis in ten seconds
                    """);

    /** Events of one who only watches a manual failover. */
    static final Map<String, String> EVENTS_OF_MANUAL_OBSERVERS =
            reasons(
                    """
                    +vote-for-leader: ours asks for votes even when it is forced
                    """);

    /** Flags that are there for a moment of which it is chance whether somebody looks. */
    static final Map<String, String> FLAGS =
            reasons(
                    """
                    disconnected: until a connection is begun
                    reconf_done: until the last replica follows; nothing waits for it here
                    """);

    /** What a node shows from the switch on, which Redis's leader tells at the end only. */
    static final Map<String, String> FLAGS_AFTER_THE_SWITCH =
            reasons(
                    """
                    heir master: the switch is told with the promotion
                    old slave: the switch is told with the promotion
                    """);

    static boolean areLeftOut(String node, String flags) {
        return FLAGS.keySet().stream().anyMatch(flags::contains)
                || FLAGS_AFTER_THE_SWITCH.containsKey(node + " " + flags);
    }

    /** Starts of lines of a rewritten conf; the order of the others, see {@code confLines}. */
    static final Map<String, String> CONF_LINES =
            reasons(
                    """
                    sentinel leader-epoch mymaster: Redis votes for itself in a forced failover, and asks nobody
                    """);

    /**
     * The lines of a conf, first those in whose order there is sense. Left out are empty lines,
     * which Redis leaves behind where it removes others, and the order of what was written for
     * sentinels and behind the signature: there it is that of hash tables with random seeds.
     */
    static List<String> confLines(String conf) {
        var inOrder = new ArrayList<String>();
        var inAnyOrder = new ArrayList<String>();
        var isGenerated = false;
        for (String line : conf.lines().filter(line -> !line.isEmpty()).toList()) {
            if (CONF_LINES.keySet().stream().noneMatch(line::startsWith)) {
                (isGenerated || line.startsWith("sentinel ") ? inAnyOrder : inOrder).add(line);
            }
            isGenerated |= line.equals("# Generated by CONFIG REWRITE");
        }
        inAnyOrder.sort(Comparator.naturalOrder());
        inOrder.addAll(inAnyOrder);
        return inOrder;
    }

    private static Map<String, String> reasons(String block) {
        var reasons = new LinkedHashMap<String, String>();
        block.lines()
                .forEach(
                        line -> {
                            int colon = line.indexOf(": ");
                            reasons.put(line.substring(0, colon), line.substring(colon + 2));
                        });
        return reasons;
    }
}
