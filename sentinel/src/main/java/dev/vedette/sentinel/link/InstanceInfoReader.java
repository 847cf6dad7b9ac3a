package dev.vedette.sentinel.link;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.InstanceInfo.Pulse;
import dev.vedette.sentinel.core.InstanceInfo.Role;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the text of one INFO reply into what a sentinel learns from it, by the rules of Redis's
 * sentinelRefreshInstanceInfo: lines end with CRLF, what it does not know is skipped, the fields of
 * a replica count only behind its {@code role:slave} line, numbers are read as C's atoi reads them.
 * Nothing in a reply, however broken, is an error: it only teaches less.
 */
final class InstanceInfoReader {
    private static final int RUN_ID_CHARS = 40;
    private static final String NO_PARENT = "0".repeat(RUN_ID_CHARS);
    private static final int DEFAULT_PRIORITY = 100;

    /** No time that an INFO tells of is longer, whatever it says: one can reckon with it. */
    private static final long LONGEST_MILLIS = Duration.ofDays(100).toMillis();

    private Optional<String> runId = Optional.empty();
    private Optional<Role> role = Optional.empty();
    private final List<Address> replicas = new ArrayList<>();
    private Optional<String> masterHost = Optional.empty();
    private Optional<Long> masterPort = Optional.empty();
    private boolean masterLinkUp;
    private long masterLinkDownSeconds;
    private long replicaPriority = DEFAULT_PRIORITY;
    private long replicaOffset;
    private boolean replicaAnnounced = true;
    private boolean loading;
    private boolean syncing;
    private boolean appendOnly;
    private boolean holdsKeys;
    private Optional<String> historyId = Optional.empty();
    private Optional<String> parentId = Optional.empty();
    private long historyOffset;
    private long branchedAt = -1;
    private long lastByteMillis = -1;
    private long heartbeatMillis;

    private InstanceInfoReader() {}

    static InstanceInfo read(String text) {
        var reader = new InstanceInfoReader();
        var start = 0;
        while (start < text.length()) {
            var end = text.indexOf("\r\n", start);
            var stop = end < 0 ? text.length() : end;
            reader.line(text, start, stop);
            start = stop + 2;
        }
        return reader.finish(text);
    }

    private InstanceInfo finish(String text) {
        return new InstanceInfo(
                text,
                runId,
                role,
                List.copyOf(replicas),
                masterHost.flatMap(host -> masterPort.flatMap(port -> address(host, port))),
                masterLinkUp,
                Duration.ofSeconds(masterLinkDownSeconds),
                Math.clamp(replicaPriority, Integer.MIN_VALUE, Integer.MAX_VALUE),
                replicaOffset,
                replicaAnnounced,
                loading,
                syncing,
                appendOnly,
                holdsKeys,
                historyId.map(id -> new History(id, parentId, historyOffset, branchedAt)),
                pulse());
    }

    private Optional<Pulse> pulse() {
        return masterLinkUp && lastByteMillis >= 0 && heartbeatMillis > 0
                ? Optional.of(new Pulse(millis(lastByteMillis), millis(heartbeatMillis)))
                : Optional.empty();
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(Math.min(millis, LONGEST_MILLIS));
    }

    /** The first letter decides quickly: most of the 150 lines of an INFO teach nothing. */
    private void line(String text, int start, int stop) {
        if (start == stop) {
            return;
        }
        switch (text.charAt(start)) {
            case 'r' -> runIdOrRole(text.substring(start, stop));
            case 's' -> replicaLine(text.substring(start, stop));
            case 'm' -> masterLine(text.substring(start, stop));
            case 'l' ->
                    field(
                            text.substring(start, stop),
                            "loading:",
                            value -> loading = number(value) != 0);
            case 'a' ->
                    field(
                            text.substring(start, stop),
                            "aof_enabled:",
                            value -> appendOnly = number(value) != 0);
            case 'd' -> databaseLine(text.substring(start, stop));
            default -> {}
        }
    }

    private void runIdOrRole(String line) {
        if (line.startsWith("run_id:") && line.length() >= "run_id:".length() + RUN_ID_CHARS) {
            var begin = "run_id:".length();
            runId = Optional.of(line.substring(begin, begin + RUN_ID_CHARS));
        } else if (line.startsWith("role:master")) {
            role = Optional.of(Role.MASTER);
        } else if (line.startsWith("role:slave")) {
            role = Optional.of(Role.REPLICA);
        } else if (followsSomeone()) {
            field(line, "replica_announced:", value -> replicaAnnounced = number(value) != 0);
        }
    }

    private void replicaLine(String line) {
        field(line, "second_repl_offset:", value -> branchedAt = number(value));
        if (line.length() >= 7 && line.startsWith("slave") && isDigit(line.charAt(5))) {
            attachedReplica(line).ifPresent(replicas::add);
        } else if (followsSomeone()) {
            field(line, "slave_priority:", value -> replicaPriority = number(value));
            field(line, "slave_repl_offset:", value -> replicaOffset = number(value));
        }
    }

    private void masterLine(String line) {
        field(
                line,
                "master_link_down_since_seconds:",
                value -> masterLinkDownSeconds = number(value));
        field(line, "master_replid:", value -> historyId = replicationId(value));
        field(line, "master_replid2:", value -> parentId = replicationId(value));
        field(line, "master_repl_offset:", value -> historyOffset = number(value));
        if (followsSomeone()) {
            field(line, "master_host:", value -> masterHost = Optional.of(value));
            field(line, "master_port:", value -> masterPort = Optional.of(number(value)));
            field(
                    line,
                    "master_link_status:",
                    value -> masterLinkUp = "up".equalsIgnoreCase(value));
            field(
                    line,
                    "master_last_io_milliseconds_ago:",
                    value -> lastByteMillis = number(value));
            field(line, "master_heartbeat_milliseconds:", value -> heartbeatMillis = number(value));
            field(line, "master_sync_in_progress:", value -> syncing = number(value) != 0);
        }
    }

    /** {@code db0:keys=1,expires=0,avg_ttl=0}; a database without keys has no line. */
    private void databaseLine(String line) {
        if (line.length() > 3 && line.startsWith("db") && isDigit(line.charAt(2))) {
            var keys = line.indexOf(":keys=");
            holdsKeys |= keys > 0 && number(line.substring(keys + ":keys=".length())) > 0;
        }
    }

    private static Optional<String> replicationId(String value) {
        return Optional.of(value)
                .filter(id -> id.length() == RUN_ID_CHARS && !id.equals(NO_PARENT));
    }

    private boolean followsSomeone() {
        return role.equals(Optional.of(Role.REPLICA));
    }

    private static void field(String line, String name, Consumer<String> meaning) {
        if (line.startsWith(name)) {
            meaning.accept(line.substring(name.length()));
        }
    }

    /** {@code slave0:ip=..,port=..,..}, or as Redis 2.6 wrote it {@code slave0:ip,port,state}. */
    private static Optional<Address> attachedReplica(String line) {
        return line.contains("ip=")
                ? attached(word(line, "ip="), word(line, "port="))
                : attachedOldStyle(line);
    }

    private static Optional<Address> attachedOldStyle(String line) {
        var words = line.substring(line.indexOf(':') + 1).split(",", -1);
        return words.length < 3
                ? Optional.empty()
                : attached(Optional.of(words[0]), Optional.of(words[1]));
    }

    private static Optional<Address> attached(Optional<String> host, Optional<String> port) {
        return host.flatMap(h -> port.flatMap(p -> address(h, number(p))));
    }

    /** What stands between {@code name} and the next comma; a last word without comma is none. */
    private static Optional<String> word(String line, String name) {
        var begin = line.indexOf(name);
        var end = begin < 0 ? -1 : line.indexOf(',', begin);
        return end < 0 ? Optional.empty() : Optional.of(line.substring(begin + name.length(), end));
    }

    static Optional<Address> address(String host, long port) {
        if (port <= 0 || host.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Address(host, Math.toIntExact(port)));
        } catch (IllegalArgumentException | ArithmeticException notAnAddress) {
            return Optional.empty();
        }
    }

    /** Leading blanks, a sign, digits; whatever follows is ignored, nothing at all is 0. */
    static long number(String text) {
        var at = 0;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        var negative = at < text.length() && text.charAt(at) == '-';
        if (at < text.length() && (negative || text.charAt(at) == '+')) {
            at++;
        }
        var end = at;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        var digits = text.substring(at, end);
        if (digits.isEmpty()) {
            return 0;
        }
        try {
            var magnitude = Long.parseLong(digits);
            return negative ? -magnitude : magnitude;
        } catch (NumberFormatException tooBig) {
            return negative ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
