package dev.vedette.sentinel.conf;

import dev.vedette.protocol.conf.BadDirective;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.DidYouMean;
import dev.vedette.protocol.conf.Statement;
import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelOptions;
import dev.vedette.sentinel.core.Texts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The {@code sentinel} directives: one row for each, with its syntax and its meaning. They are
 * carried out after the whole conf has been read, in three passes, each in the order of the file:
 * what holds for all masters, then {@code monitor}, then the rest; so the options of a master may
 * stand before its {@code monitor} line (Redis sentinel.c, queueSentinelConfig and
 * loadSentinelConfigFromQueue).
 */
final class SentinelDirectives {
    static final String UNRECOGNIZED = "Unrecognized sentinel configuration statement.";
    private static final String NO_SUCH_MASTER = "No such master with specified name.";
    private static final String BAD_TIME = "negative or zero time parameter.";
    private static final int LAST_PASS = 3;

    private final Function<String, Path> resolve;

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<String, MasterDraft> masters = new LinkedHashMap<>();
    private Optional<SentinelId> myId = Optional.empty();
    private long currentEpoch;
    private final SentinelOptions.Builder options = SentinelOptions.DEFAULTS.toBuilder();

    /** What a directive does with its arguments; the master's name, where it has one, is first. */
    private interface Meaning {
        void apply(List<String> arguments) throws BadDirective;
    }

    /** The same for a directive of one master: its arguments without the master's name. */
    private interface MasterMeaning {
        void apply(MasterDraft master, List<String> arguments) throws BadDirective;
    }

    private record Row(String name, String syntax, int pass, int min, int max, Meaning meaning) {}

    /**
     * @param resolve makes the path of a script absolute, as {@code dir} says
     */
    private SentinelDirectives(Function<String, Path> resolve) {
        this.resolve = resolve;
        global("announce-ip", "<ip>", this::announceIp);
        global(
                "announce-port",
                "<port>",
                words -> options.announcePort(announcedPort(words.getFirst())));
        global(
                "deny-scripts-reconfig",
                "yes|no",
                words ->
                        options.denyScriptsReconfig(
                                yesNo(words.getFirst(), "deny-scripts-reconfig options")));
        global("sentinel-user", "<user>", words -> options.peerUser(text(words.getFirst())));
        global("sentinel-pass", "<password>", words -> options.peerPass(text(words.getFirst())));
        global("current-epoch", "<epoch>", words -> raiseEpoch(epoch(words.getFirst())));
        global("myid", "<40 characters>", words -> myId = Optional.of(id(words.getFirst())));
        global(
                "resolve-hostnames",
                "yes|no",
                words ->
                        options.resolveHostnames(
                                yesNo(words.getFirst(), "resolve-hostnames option")));
        global(
                "announce-hostnames",
                "yes|no",
                words ->
                        options.announceHostnames(
                                yesNo(words.getFirst(), "announce-hostnames option")));

        row("monitor", "<master-name> <ip> <port> <quorum>", 2, 4, 4, this::monitor);

        master(
                "down-after-milliseconds",
                "<milliseconds>",
                1,
                (master, words) -> master.options.downAfter(time(words.getFirst())));
        master(
                "failover-timeout",
                "<milliseconds>",
                1,
                (master, words) -> master.options.failoverTimeout(time(words.getFirst())));
        master(
                "parallel-syncs",
                "<number>",
                1,
                (master, words) -> master.options.parallelSyncs(parallelSyncs(words.getFirst())));
        master(
                "notification-script",
                "<path>",
                1,
                (master, words) ->
                        master.options.notificationScript(
                                script(words.getFirst(), "Notification script")));
        master(
                "client-reconfig-script",
                "<path>",
                1,
                (master, words) ->
                        master.options.clientReconfigScript(
                                script(words.getFirst(), "Client reconfiguration script")));
        master(
                "auth-pass",
                "<password>",
                1,
                (master, words) -> master.options.authPass(Optional.of(words.getFirst())));
        master(
                "auth-user",
                "<user>",
                1,
                (master, words) -> master.options.authUser(Optional.of(words.getFirst())));
        master("config-epoch", "<epoch>", 1, this::configEpoch);
        master(
                "leader-epoch",
                "<epoch>",
                1,
                (master, words) -> master.leaderEpoch = epoch(words.getFirst()));
        master("known-replica", "<ip> <port>", 2, this::knownReplica);
        master("known-slave", "<ip> <port>", 2, this::knownReplica);
        row(
                "known-sentinel",
                "<master-name> <ip> <port> <id>",
                LAST_PASS,
                3,
                4,
                words -> knownSentinel(known(words.getFirst()), words.subList(1, words.size())));
        master("rename-command", "<command> <new-name>", 2, SentinelDirectives::renameCommand);
        master(
                "master-reboot-down-after-period",
                "<milliseconds>",
                1,
                (master, words) -> master.options.rebootDownAfter(rebootTime(words.getFirst())));
        // Ours: Redis does not know it.
        master(
                "fast-detection",
                "<hold-milliseconds>",
                1,
                (master, words) ->
                        master.options.fastDetection(Optional.of(time(words.getFirst()))));
        // Valkey's name of it; it is written back under Redis's.
        master(
                "primary-reboot-down-after-period",
                "<milliseconds>",
                1,
                (master, words) -> master.options.rebootDownAfter(rebootTime(words.getFirst())));
    }

    /**
     * Carries out all {@code sentinel} lines of a conf.
     *
     * @param resolve makes the path of a script absolute
     * @throws ConfException at the first line that is wrong, in the order of the passes
     */
    static SentinelSection read(List<Statement> statements, Function<String, Path> resolve)
            throws ConfException {
        var directives = new SentinelDirectives(resolve);
        for (var pass = 1; pass <= LAST_PASS; pass++) {
            for (var statement : statements) {
                directives.apply(statement, pass);
            }
        }
        var section = directives.finish();
        checkAnnounced(section, statements);
        return section;
    }

    private static void checkAnnounced(SentinelSection section, List<Statement> statements)
            throws ConfException {
        var announced = section.options().announceHost();
        for (var master : section.masters()) {
            var bad = AnnounceRule.check(announced, master);
            if (bad.isPresent()) {
                var name = announced.isPresent() ? "announce-ip" : "monitor";
                throw last(statements, name, master.name()).refuse(bad.get());
            }
        }
    }

    /** The last statement of that name, of the master where it has one. */
    private static Statement last(List<Statement> statements, String name, String master) {
        return statements.stream()
                .filter(s -> !s.arguments().isEmpty())
                .filter(s -> s.arguments().getFirst().equalsIgnoreCase(name))
                .filter(s -> !name.equals("monitor") || s.arguments().get(1).equals(master))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    private SentinelSection finish() {
        return new SentinelSection(
                myId,
                currentEpoch,
                options.build(),
                masters.values().stream().map(MasterDraft::finish).toList());
    }

    private void apply(Statement statement, int pass) throws ConfException {
        // A bare "sentinel" says nothing; Redis skips it.
        if (statement.arguments().isEmpty()) {
            return;
        }
        var words = statement.arguments();
        var row = rows.get(words.getFirst().toLowerCase(Locale.ROOT));
        if ((row == null ? LAST_PASS : row.pass()) != pass) {
            return;
        }
        try {
            if (row == null) {
                throw new BadDirective(UNRECOGNIZED, meantInstead(words));
            }
            var arguments = words.subList(1, words.size());
            if (arguments.size() < row.min() || arguments.size() > row.max()) {
                throw new BadDirective(UNRECOGNIZED, "write: " + usage(row.name()));
            }
            row.meaning().apply(arguments);
        } catch (BadDirective bad) {
            throw statement.refuse(bad);
        }
    }

    // ---- the kinds of rows

    private void global(String name, String syntax, Meaning meaning) {
        row(name, syntax, 1, 1, 1, meaning);
    }

    private void master(String name, String syntax, int words, MasterMeaning meaning) {
        row(
                name,
                "<master-name> " + syntax,
                LAST_PASS,
                words + 1,
                words + 1,
                arguments ->
                        meaning.apply(
                                known(arguments.getFirst()),
                                arguments.subList(1, arguments.size())));
    }

    private void row(String name, String syntax, int pass, int min, int max, Meaning meaning) {
        rows.put(name, new Row(name, syntax, pass, min, max, meaning));
    }

    private String usage(String name) {
        var row = rows.get(name);
        return "sentinel " + name + (row == null ? "" : " " + row.syntax());
    }

    private MasterDraft known(String name) throws BadDirective {
        var master = masters.get(name);
        if (master == null) {
            throw new BadDirective(
                    NO_SUCH_MASTER,
                    masters.isEmpty()
                            ? "no \"sentinel monitor\" line names any master"
                            : "the masters monitored here are: "
                                    + String.join(", ", masters.keySet()));
        }
        return master;
    }

    // ---- what was probably meant

    private String meantInstead(List<String> words) {
        if (words.size() == 4 && isNumber(words.get(2)) && isNumber(words.get(3))) {
            return "the word \"monitor\" is missing; write: sentinel monitor "
                    + String.join(" ", words);
        }
        var typed = words.getFirst().toLowerCase(Locale.ROOT);
        if (typed.equals("state-config-file")) {
            return "state-config-file is a directive of Valkey 9 that Vedette does not serve yet";
        }
        return DidYouMean.among(rows.keySet(), typed)
                .map(name -> "did you mean \"" + name + "\"? write: " + usage(name))
                .orElse("a sentinel line begins with one of: " + String.join(", ", rows.keySet()));
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    // ---- values

    private static boolean yesNo(String word, String what) throws BadDirective {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new BadDirective("Please specify yes or no for the " + what + ".");
        };
    }

    /**
     * Redis reads numbers as C's atoi does, and so takes 5s for 5 ms; a stray letter is refused.
     */
    private static long number(String word, String refusal) throws BadDirective {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException notANumber) {
            throw new BadDirective(refusal, "\"" + word + "\" is not a whole number");
        }
    }

    private static Duration time(String word) throws BadDirective {
        var millis = number(word, BAD_TIME);
        if (millis <= 0) {
            throw new BadDirective(BAD_TIME, "write milliseconds, 1 or more");
        }
        return Duration.ofMillis(millis);
    }

    private static Duration rebootTime(String word) throws BadDirective {
        var millis = number(word, "negative time parameter.");
        if (millis < 0) {
            throw new BadDirective("negative time parameter.", "0 switches it off");
        }
        return Duration.ofMillis(millis);
    }

    /** Redis checks no range here; a value below 1 would never re-point a replica. */
    private static int parallelSyncs(String word) throws BadDirective {
        return Math.clamp(number(word, UNRECOGNIZED), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static long epoch(String word) throws BadDirective {
        return number(word, UNRECOGNIZED);
    }

    private void raiseEpoch(long epoch) {
        currentEpoch = Math.max(currentEpoch, epoch);
    }

    private static SentinelId id(String word) throws BadDirective {
        if (word.length() != SentinelId.CHARS) {
            throw new BadDirective(
                    "Malformed Sentinel id in myid option.",
                    "an id has 40 characters, this one has "
                            + word.length()
                            + "; without the line a new id is drawn");
        }
        return new SentinelId(word);
    }

    private Address address(String host, String port) throws BadDirective {
        var number = number(port, "Invalid port number.");
        if (number < 0 || number > 65_535) {
            throw new BadDirective("Invalid port number.", "a port is 0 to 65535");
        }
        var names = options.build().resolveHostnames();
        var usable =
                HostText.usable(host, names)
                        .orElseThrow(
                                () ->
                                        new BadDirective(
                                                "Can't resolve instance hostname.",
                                                "\""
                                                        + host
                                                        + (names
                                                                ? "\" cannot be the name of a host"
                                                                : "\" is not an IP address; names"
                                                                        + " need \"sentinel"
                                                                        + " resolve-hostnames"
                                                                        + " yes\"")));
        return new Address(usable, (int) number);
    }

    private Optional<String> script(String path, String what) throws BadDirective {
        var file = resolve.apply(path);
        if (!Files.isExecutable(file)) {
            throw new BadDirective(
                    what + " seems non existing or non executable.",
                    Files.exists(file)
                            ? file + " may not be executed; chmod +x it"
                            : file + " does not exist");
        }
        return Optional.of(path);
    }

    private static Optional<String> text(String word) {
        return Optional.of(word).filter(said -> !said.isEmpty());
    }

    // ---- single meanings

    private void announceIp(List<String> words) throws BadDirective {
        AnnounceRule.checkValue(words.getFirst());
        if (!words.getFirst().isEmpty()) {
            options.announceHost(text(words.getFirst()));
        }
    }

    private static Optional<Integer> announcedPort(String word) throws BadDirective {
        var port = number(word, "Invalid port number.");
        if (port < 0 || port > 65_535) {
            throw new BadDirective("Invalid port number.", "a port is 0 to 65535");
        }
        return port == 0 ? Optional.empty() : Optional.of((int) port);
    }

    private void monitor(List<String> words) throws BadDirective {
        var quorum = number(words.get(3), "Quorum must be 1 or greater.");
        if (quorum <= 0 || quorum > Integer.MAX_VALUE) {
            throw new BadDirective(
                    "Quorum must be 1 or greater.",
                    "how many sentinels must find the master down, usually the majority of them");
        }
        var name = words.getFirst();
        if (name.isEmpty() || Texts.holdsControls(name)) {
            throw new BadDirective(
                    "A master name cannot be empty or hold control characters.",
                    "it stands in events, in hellos and on the command lines of scripts");
        }
        var master = new MasterDraft(name, address(words.get(1), words.get(2)), (int) quorum);
        if (masters.putIfAbsent(name, master) != null) {
            throw new BadDirective(
                    "Duplicate master name.", "\"" + name + "\" is monitored already");
        }
    }

    private void configEpoch(MasterDraft master, List<String> words) throws BadDirective {
        master.configEpoch = epoch(words.getFirst());
        raiseEpoch(master.configEpoch);
    }

    private void knownReplica(MasterDraft master, List<String> words) throws BadDirective {
        if (!master.replicas.add(address(words.get(0), words.get(1)))) {
            throw new BadDirective(
                    "Duplicate hostname and port for replica.",
                    "remove the line; a known-slave line counts as known-replica");
        }
    }

    private void knownSentinel(MasterDraft master, List<String> words) throws BadDirective {
        // Without an id nothing can be remembered of it; Redis ignores the line.
        if (words.size() < 3) {
            return;
        }
        var text = words.get(2);
        if (text.length() != SentinelId.CHARS) {
            throw new BadDirective(
                    UNRECOGNIZED,
                    "the id of a sentinel has 40 characters, this one has " + text.length());
        }
        var address = address(words.get(0), words.get(1));
        if (master.peers.putIfAbsent(new SentinelId(text), address) != null) {
            throw new BadDirective(
                    "Duplicate runid for sentinel.", "remove the line, or reset the master");
        }
    }

    private static void renameCommand(MasterDraft master, List<String> words) throws BadDirective {
        var command = words.get(0).toUpperCase(Locale.ROOT);
        if (master.renamedCommands.putIfAbsent(command, words.get(1)) != null) {
            throw new BadDirective(
                    "Same command renamed multiple times with rename-command.",
                    "keep one line for " + command);
        }
    }
}
