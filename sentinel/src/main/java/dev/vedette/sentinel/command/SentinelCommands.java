package dev.vedette.sentinel.command;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.GlobPattern;
import dev.vedette.sentinel.conf.HostText;
import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.ClientToken;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.MasterView;
import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.Period;
import dev.vedette.sentinel.core.ReplicaView;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SimulatedFailure;
import dev.vedette.sentinel.script.ScriptQueue;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * SENTINEL and its subcommands. What only shows is answered from the views; what changes something
 * is checked for form here and decided by the core.
 */
final class SentinelCommands {
    private static final String NO_SUCH_MASTER = "ERR No such master with that name";
    private static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    private static final String ADMIN = "@admin @slow @dangerous";
    private static final Set<String> SCRIPTS =
            Set.of("notification-script", "client-reconfig-script");

    private final Sentinel sentinel;

    SentinelCommands(Sentinel sentinel) {
        this.sentinel = sentinel;
    }

    List<Command> rows() {
        return List.of(
                Command.group(
                        "sentinel",
                        -2,
                        "admin",
                        ADMIN,
                        sub("masters", 2, this::masters),
                        sub("master", 3, ofMaster(this::master)),
                        sub("replicas", 3, ofMaster(this::replicas)),
                        sub("slaves", 3, ofMaster(this::replicas)),
                        sub("sentinels", 3, ofMaster(this::sentinels)),
                        sub("get-master-addr-by-name", 3, this::address),
                        sub("is-master-down-by-addr", 6, this::isMasterDown),
                        sub("myid", 2, (client, _) -> client.reply().bulk(sentinel.myId().text())),
                        sub("ckquorum", 3, ofMaster(this::checkQuorum)),
                        sub("failover", 3, this::failover),
                        sub("monitor", 6, this::monitor),
                        sub("remove", 3, this::remove),
                        sub("reset", 3, this::reset),
                        sub("set", -5, this::set),
                        sub("flushconfig", 2, this::flushConfig),
                        sub("info-cache", -3, this::infoCache),
                        sub("pending-scripts", 2, this::pendingScripts),
                        sub("config", -3, this::config),
                        sub("debug", -2, this::debug),
                        sub("simulate-failure", -3, this::simulateFailure),
                        Command.of("sentinel|help", 2, "loading stale", "@slow", this::help)));
    }

    private static Command sub(String name, int arity, Command.Handler handler) {
        return Command.of("sentinel|" + name, arity, "admin", ADMIN, handler);
    }

    /** A command about the master that its third word names. */
    private interface MasterHandler {
        void handle(ClientSession client, MasterView master);
    }

    private Command.Handler ofMaster(MasterHandler handler) {
        return (client, words) ->
                sentinel.master(words.text(2))
                        .ifPresentOrElse(
                                master -> handler.handle(client, master),
                                () -> Dispatcher.refuse(client, NO_SUCH_MASTER));
    }

    // ---- what only shows

    private void masters(ClientSession client, Words words) {
        var masters = sentinel.masters();
        var out = client.reply();
        out.array(masters.size());
        masters.forEach(master -> InstanceReply.master(out, master));
    }

    private void master(ClientSession client, MasterView master) {
        InstanceReply.master(client.reply(), master);
    }

    private void replicas(ClientSession client, MasterView master) {
        var shown = master.replicas().stream().filter(ReplicaView::announced).toList();
        var out = client.reply();
        out.array(shown.size());
        shown.forEach(replica -> InstanceReply.replica(out, replica));
    }

    private void sentinels(ClientSession client, MasterView master) {
        var out = client.reply();
        out.array(master.sentinels().size());
        master.sentinels().forEach(peer -> InstanceReply.sentinel(out, peer));
    }

    private void address(ClientSession client, Words words) {
        var master = sentinel.master(words.text(2));
        var out = client.reply();
        if (master.isEmpty()) {
            out.nullArray();
            return;
        }
        var address = master.get().clientAddress();
        out.array(2);
        out.bulk(address.host());
        out.bulk(address.port());
    }

    private void checkQuorum(ClientSession client, MasterView master) {
        var usable = master.usableSentinels() + " usable Sentinels. ";
        if (master.quorumReachable() && master.majorityReachable()) {
            client.reply()
                    .simple("OK " + usable + "Quorum and failover authorization can be reached");
            return;
        }
        var reasons = new ArrayList<String>();
        if (!master.quorumReachable()) {
            reasons.add(
                    "Not enough available Sentinels to reach the specified quorum for this master");
        }
        if (!master.majorityReachable()) {
            reasons.add(
                    "Not enough available Sentinels to reach the majority and authorize a"
                            + " failover");
        }
        Dispatcher.refuse(client, "NOQUORUM " + usable + String.join(". ", reasons));
    }

    private void infoCache(ClientSession client, Words words) {
        var named = new LinkedHashMap<String, MasterView>();
        for (var i = 2; i < words.count(); i++) {
            sentinel.master(words.text(i)).ifPresent(master -> named.put(master.name(), master));
        }
        var out = client.reply();
        if (named.isEmpty()) {
            out.array(0);
            return;
        }
        out.map(named.size());
        for (var master : named.values()) {
            out.bulk(master.name());
            out.array(master.replicas().size() + 1L);
            cached(client, master.infoAge(), master.infoText().text());
            for (var replica : master.replicas()) {
                cached(client, replica.infoAge(), replica.infoText().text());
            }
        }
    }

    private static void cached(
            ClientSession client, Optional<Duration> age, Optional<String> text) {
        var out = client.reply();
        out.array(2);
        out.integer(age.orElse(Duration.ZERO).toMillis());
        text.ifPresentOrElse(out::bulk, out::nullBulk);
    }

    private void pendingScripts(ClientSession client, Words words) {
        var scripts = sentinel.pendingScripts();
        var out = client.reply();
        out.array(scripts.size());
        scripts.forEach(script -> pendingScript(client, script));
    }

    private static void pendingScript(ClientSession client, ScriptQueue.Pending script) {
        var out = client.reply();
        var running = script.pid().isPresent();
        out.map(5);
        out.bulk("argv");
        out.array(script.argv().size());
        script.argv().forEach(out::bulk);
        out.bulk("flags");
        out.bulk(running ? "running" : "scheduled");
        out.bulk("pid");
        out.bulk(script.pid().orElse(0L));
        out.bulk(running ? "run-time" : "run-delay");
        out.bulk(Math.max(0, script.time().toMillis()));
        out.bulk("retry-num");
        out.bulk(script.runs());
    }

    // ---- CONFIG

    private void config(ClientSession client, Words words) {
        if (words.is(2, "SET") && words.count() >= 5) {
            order(client, new OperatorCommand.ConfigSet(from(words, 3)));
        } else if (words.is(2, "GET") && words.count() >= 4) {
            configGet(client, words);
        } else {
            Dispatcher.refuse(
                    client,
                    "ERR Only SENTINEL CONFIG GET <param> [<param> <param> ...]/ SET <param>"
                            + " <value> [<param> <value> ...] are supported.");
        }
    }

    private void configGet(ClientSession client, Words words) {
        var options = sentinel.options();
        var all = new LinkedHashMap<String, String>();
        all.put("resolve-hostnames", yesNo(options.resolveHostnames()));
        all.put("announce-hostnames", yesNo(options.announceHostnames()));
        all.put("announce-ip", options.announceHost().orElse(""));
        all.put("announce-port", Integer.toString(options.announcePort().orElse(0)));
        all.put("sentinel-user", options.peerUser().orElse(""));
        all.put("sentinel-pass", options.peerPass().orElse(""));
        all.put("loglevel", options.logLevel());
        var shown = new LinkedHashMap<String, String>();
        for (var i = 3; i < words.count(); i++) {
            var pattern = words.lower(i);
            all.forEach(
                    (name, value) -> {
                        if (GlobPattern.matches(pattern, name)) {
                            shown.put(name, value);
                        }
                    });
        }
        var out = client.reply();
        out.map(shown.size());
        shown.forEach(
                (name, value) -> {
                    out.bulk(name);
                    out.bulk(value);
                });
    }

    private static String yesNo(boolean value) {
        return value ? "yes" : "no";
    }

    // ---- what the core decides

    private void isMasterDown(ClientSession client, Words words) {
        var port = words.number(3);
        var epoch = words.number(4);
        if (port.isEmpty() || epoch.isEmpty()) {
            Dispatcher.refuse(client, NOT_AN_INTEGER);
            return;
        }
        var master = address(words.text(2), port.get());
        if (master.isEmpty()) {
            answer(client, new Answer.MasterDown(false, Optional.empty(), 0));
            return;
        }
        // "*" only asks; and nobody but a sentinel has an id of 40 characters.
        var candidate = Optional.of(words.text(5)).flatMap(SentinelId::told);
        askInPassing(
                client,
                token -> new Input.MasterDownAsked(token, master.get(), epoch.get(), candidate));
    }

    private void failover(ClientSession client, Words words) {
        order(client, new OperatorCommand.Failover(words.text(2)));
    }

    private void remove(ClientSession client, Words words) {
        order(client, new OperatorCommand.Remove(words.text(2)));
    }

    private void reset(ClientSession client, Words words) {
        order(client, new OperatorCommand.Reset(words.text(2)));
    }

    private void flushConfig(ClientSession client, Words words) {
        order(client, new OperatorCommand.FlushConfig());
    }

    private void monitor(ClientSession client, Words words) {
        var quorum = words.number(5);
        var port = words.number(4);
        if (quorum.isEmpty()) {
            Dispatcher.refuse(client, "ERR Invalid quorum");
        } else if (port.isEmpty()) {
            Dispatcher.refuse(client, "ERR Invalid port");
        } else if (quorum.get() <= 0 || quorum.get() > Integer.MAX_VALUE) {
            Dispatcher.refuse(client, "ERR Quorum must be 1 or greater.");
        } else if (host(words.text(3)).isEmpty()) {
            Dispatcher.refuse(client, "ERR Invalid IP address or hostname specified");
        } else {
            address(words.text(3), port.get())
                    .ifPresentOrElse(
                            address -> monitor(client, words.text(2), address, quorum.get()),
                            () -> Dispatcher.refuse(client, "ERR Invalid port number."));
        }
    }

    /** A name with blanks or control characters would break the conf, and hellos. */
    private void monitor(ClientSession client, String name, Address address, long quorum) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            Dispatcher.refuse(
                    client,
                    "ERR A master name cannot be empty or hold blanks or control characters");
        } else {
            order(client, new OperatorCommand.Monitor(name, address, (int) quorum));
        }
    }

    private void debug(ClientSession client, Words words) {
        if (words.count() > 2) {
            order(client, new OperatorCommand.Debug(from(words, 2)));
            return;
        }
        var pace = sentinel.pace();
        var out = client.reply();
        out.map(Period.values().length);
        for (var period : Period.values()) {
            out.bulk(period.wireName());
            out.bulk(pace.shown(period).toMillis());
        }
    }

    /** The words count up to the first that is no failure; "help" answers with the names. */
    private void simulateFailure(ClientSession client, Words words) {
        var failures = new ArrayList<SimulatedFailure>();
        for (var i = 2; i < words.count(); i++) {
            var failure = SimulatedFailure.named(words.text(i));
            if (failure.isEmpty()) {
                var help = words.is(i, "help");
                simulate(client, failures, !help, help);
                return;
            }
            failures.add(failure.get());
        }
        simulate(client, failures, false, false);
    }

    private void simulate(
            ClientSession client,
            List<SimulatedFailure> failures,
            boolean unknownWord,
            boolean help) {
        var order = new OperatorCommand.SimulateFailure(failures, unknownWord);
        if (!help) {
            order(client, order);
            return;
        }
        sentinel.ask(token -> new Input.OperatorAsked(token, order), _ -> {});
        var all = SimulatedFailure.values();
        var out = client.reply();
        out.array(all.length);
        for (var failure : all) {
            out.bulk(failure.word());
        }
    }

    private void set(ClientSession client, Words words) {
        var options = new ArrayList<OperatorCommand.Set.Option>();
        for (var i = 3; i < words.count(); ) {
            var name = words.text(i++);
            var wanted = name.equalsIgnoreCase("rename-command") ? 2 : 1;
            var values = new ArrayList<String>();
            while (values.size() < wanted && i < words.count()) {
                values.add(words.text(i++));
            }
            options.add(new OperatorCommand.Set.Option(name, values, executable(name, values)));
        }
        order(client, new OperatorCommand.Set(words.text(2), options));
    }

    private boolean executable(String option, List<String> values) {
        return !SCRIPTS.contains(option.toLowerCase(Locale.ROOT))
                || values.isEmpty()
                || values.getFirst().isEmpty()
                || Files.isExecutable(sentinel.resolve(values.getFirst()));
    }

    /** Empty when no instance can have it. */
    private Optional<Address> address(String host, long port) {
        return host(host)
                .filter(_ -> port >= 0 && port <= 65_535)
                .map(usable -> new Address(usable, (int) port));
    }

    /** An address in its one form, or, where names are resolved, what may be a name. */
    private Optional<String> host(String text) {
        return HostText.usable(text, sentinel.options().resolveHostnames());
    }

    private static List<String> from(Words words, int first) {
        return IntStream.range(first, words.count()).mapToObj(words::text).toList();
    }

    private void order(ClientSession client, OperatorCommand command) {
        ask(client, token -> new Input.OperatorAsked(token, command));
    }

    private void ask(ClientSession client, Function<ClientToken, Input> question) {
        var pending = new PendingAnswer(client);
        sentinel.ask(question, pending);
        pending.awaitedBy(ClientSession::waitForAnswer);
    }

    /**
     * As {@link #ask}, but the client's further commands do not wait: a peer asks for its votes for
     * many masters at once, and each vote takes a write.
     */
    private void askInPassing(ClientSession client, Function<ClientToken, Input> question) {
        var pending = new PendingAnswer(client);
        sentinel.ask(question, pending);
        pending.awaitedBy(ClientSession::goOnBeforeAnswer);
    }

    /** Writes the answer when it comes. */
    private static final class PendingAnswer implements Consumer<Answer> {
        private final ClientSession client;
        private boolean done;
        private ReplyPlaces.@Nullable Place place;

        PendingAnswer(ClientSession client) {
            this.client = client;
        }

        @Override
        public void accept(Answer answer) {
            done = true;
            var kept = place;
            if (kept != null) {
                client.answered(kept, () -> answer(client, answer));
            } else {
                answer(client, answer);
                // An event of the same step shall not overtake the answer that stands before it.
                client.flush();
            }
        }

        void awaitedBy(Function<ClientSession, ReplyPlaces.Place> waiting) {
            if (!done) {
                place = waiting.apply(client);
            }
        }
    }

    private static void answer(ClientSession client, Answer answer) {
        switch (answer) {
            case Answer.Ok() -> client.reply().ok();
            case Answer.Count(var value) -> client.reply().integer(value);
            case Answer.Refused(var line) -> Dispatcher.refuse(client, line);
            case Answer.MasterDown(var down, var leader, var leaderEpoch) -> {
                var out = client.reply();
                out.array(3);
                out.integer(down ? 1 : 0);
                out.bulk(leader.map(SentinelId::text).orElse("*"));
                out.integer(leaderEpoch);
            }
        }
    }

    private void help(ClientSession client, Words words) {
        Help.write(
                client,
                "SENTINEL",
                List.of(
                        "CKQUORUM <master-name>",
                        "    Whether enough sentinels are usable for quorum and majority.",
                        "CONFIG GET <param> [<param> ...]",
                        "    Global parameters.",
                        "CONFIG SET <param> <value> [<param> <value> ...]",
                        "    Change global parameters, all of them or none.",
                        "DEBUG [<param> <milliseconds> [<param> <milliseconds> ...]]",
                        "    Show the periods and timeouts, or change them until the next start.",
                        "FAILOVER <master-name>",
                        "    Promote a replica without asking other sentinels.",
                        "FLUSHCONFIG",
                        "    Write the configuration file anew.",
                        "GET-MASTER-ADDR-BY-NAME <master-name>",
                        "    The address of the master for clients.",
                        "INFO-CACHE <master-name> [<master-name> ...]",
                        "    The last INFO of masters and their replicas.",
                        "IS-MASTER-DOWN-BY-ADDR <ip> <port> <current-epoch> <runid>",
                        "    Whether we find a master down; asks for our vote when runid is not *.",
                        "MASTER <master-name>",
                        "    One master with all that is known of it.",
                        "MASTERS",
                        "    All masters.",
                        "MONITOR <name> <ip> <port> <quorum>",
                        "    Begin to monitor a master.",
                        "MYID",
                        "    The id of this sentinel.",
                        "PENDING-SCRIPTS",
                        "    Scripts that run or wait.",
                        "REMOVE <master-name>",
                        "    Monitor a master no more.",
                        "REPLICAS <master-name>",
                        "    The replicas of a master.",
                        "RESET <pattern>",
                        "    Forget what was learned about the masters of these names.",
                        "SENTINELS <master-name>",
                        "    The other sentinels of a master.",
                        "SET <master-name> <option> <value> [<option> <value> ...]",
                        "    Change options of a master.",
                        "SIMULATE-FAILURE [CRASH-AFTER-ELECTION] [CRASH-AFTER-PROMOTION] [HELP]",
                        "    Crash at these moments of a failover, or at none of them."));
    }
}
