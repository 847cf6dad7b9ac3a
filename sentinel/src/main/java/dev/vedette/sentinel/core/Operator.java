package dev.vedette.sentinel.core;

import dev.vedette.protocol.resp.GlobPattern;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Does what an operator orders by a SENTINEL subcommand. */
final class Operator {
    private static final Answer NO_SUCH_MASTER =
            new Answer.Refused("ERR No such master with that name");
    private static final Duration LONGEST_PROMOTION = Duration.ofSeconds(1);

    private static final Answer NOT_SAVED =
            new Answer.Refused("ERR Failed to save config file. Check server logs.");

    private final Deployment deployment;
    private final Outbox out;
    private final Agenda agenda;
    private final Lookups lookups;
    private final Registry registry;
    private final LinkKeeper links;
    private final Requests requests;
    private final FailoverMachine failover;
    private final List<Waiting> waiting = new ArrayList<>();

    /** An order that is carried out when that holds, or then at the latest. */
    private record Waiting(BooleanSupplier condition, Instant until, Consumer<Instant> order) {}

    Operator(
            Deployment deployment,
            Outbox out,
            Agenda agenda,
            Lookups lookups,
            Registry registry,
            LinkKeeper links,
            Requests requests,
            FailoverMachine failover) {
        this.deployment = deployment;
        this.out = out;
        this.agenda = agenda;
        this.lookups = lookups;
        this.registry = registry;
        this.links = links;
        this.requests = requests;
        this.failover = failover;
    }

    void asked(ClientToken client, OperatorCommand command, Instant now) {
        switch (command) {
            case OperatorCommand.Failover(var name) -> failover(client, name, now);
            case OperatorCommand.Monitor monitor ->
                    lookups.whenKnown(
                            monitor.address().host(), now, then -> monitor(client, monitor, then));
            case OperatorCommand.Remove(var name) -> remove(client, name, now);
            case OperatorCommand.Reset(var pattern) -> reset(client, pattern, now);
            case OperatorCommand.Set set -> set(client, set, now);
            case OperatorCommand.ConfigSet(var words) -> configSet(client, words, now);
            case OperatorCommand.Debug(var words) -> debug(client, words);
            case OperatorCommand.SimulateFailure(var failures, var unknownWord) ->
                    simulate(client, failures, unknownWord);
            case OperatorCommand.FlushConfig() -> answerOnceSaved(client, new Answer.Ok());
        }
    }

    /** The answer, or that saving failed, once the write is over. */
    private void answerOnceSaved(ClientToken client, Answer answer) {
        out.whenAttempted(out.persist(), saved -> out.reply(client, saved ? answer : NOT_SAVED));
    }

    private Optional<MonitoredMaster> known(ClientToken client, String name) {
        var master = Optional.ofNullable(deployment.masters.get(name));
        if (master.isEmpty()) {
            out.reply(client, NO_SUCH_MASTER);
        }
        return master;
    }

    // ---- orders that wait

    private void when(
            BooleanSupplier condition, Instant until, Consumer<Instant> order, Instant now) {
        if (condition.getAsBoolean()) {
            order.accept(now);
        } else {
            waiting.add(new Waiting(condition, until, order));
        }
    }

    /**
     * Carries out what need not wait any longer.
     *
     * @return whether there was anything
     */
    boolean resume(Instant now) {
        if (waiting.isEmpty()) {
            return false;
        }
        var ready =
                waiting.stream()
                        .filter(w -> w.condition().getAsBoolean() || !now.isBefore(w.until()))
                        .toList();
        waiting.removeAll(ready);
        ready.forEach(w -> w.order().accept(now));
        return !ready.isEmpty();
    }

    /** When {@link #resume} has something to do at the latest. */
    Instant deadline() {
        var earliest = Periods.NO_DEADLINE;
        for (var order : waiting) {
            earliest = Periods.earlier(earliest, order.until());
        }
        return earliest;
    }

    // ---- FAILOVER

    private void failover(ClientToken client, String name, Instant now) {
        var known = known(client, name);
        if (known.isEmpty()) {
            return;
        }
        var master = known.get();
        if (master.restartedAt != null) {
            // An epoch of which we do not know whether it is free is not taken (guard G16).
            when(
                    () -> master.restartedAt == null || deployment.masters.get(name) != master,
                    Periods.NO_DEADLINE,
                    then -> failover(client, name, then),
                    now);
        } else if (master.failingOver() && !master.claiming()) {
            refuse(client, "INPROG Failover already in progress");
        } else if (ReplicaSelection.of(master, deployment.pace, true, Periods.NEVER, now)
                .best()
                .isEmpty()) {
            refuse(client, "NOGOODSLAVE No suitable replica to promote");
        } else {
            out.log(Event.Level.WARNING, "Executing user requested FAILOVER of '" + name + "'");
            failover.giveUpClaim(master);
            failover.start(master, Attempt.Purpose.FORCED, now, now);
            master.replicas.values().forEach(replica -> requests.info(replica, now));
            out.reply(client, new Answer.Ok());
            agenda.touch(master);
        }
    }

    private void refuse(ClientToken client, String line) {
        out.reply(client, new Answer.Refused(line));
    }

    // ---- MONITOR, REMOVE, RESET

    private void monitor(ClientToken client, OperatorCommand.Monitor order, Instant now) {
        if (order.quorum() < 1) {
            refuse(client, "ERR Quorum must be 1 or greater.");
            return;
        }
        if (deployment.names.ip(order.address().host()).isEmpty()) {
            refuse(client, "ERR Invalid IP address or hostname specified");
            return;
        }
        if (deployment.masters.containsKey(order.masterName())) {
            refuse(client, "ERR Duplicate master name.");
            return;
        }
        // The ledger starts at the current epoch: the master may have been removed before, after
        // we voted for it in that epoch (guard G21).
        var master =
                registry.add(
                        new SentinelState.Master(
                                order.masterName(),
                                order.address(),
                                order.quorum(),
                                firstOptions(),
                                0,
                                deployment.currentEpoch,
                                List.of(),
                                List.of()),
                        now);
        registry.awaitPeers(master, now);
        answerOnceSaved(client, new Answer.Ok());
        out.whenAttempted(out.persist(), _ -> out.publish(Events.monitored(master)));
    }

    private MasterOptions firstOptions() {
        return MasterOptions.DEFAULTS.toBuilder()
                .downAfter(deployment.pace.of(Period.DEFAULT_DOWN_AFTER))
                .failoverTimeout(deployment.pace.of(Period.DEFAULT_FAILOVER_TIMEOUT))
                .build();
    }

    private void remove(ClientToken client, String name, Instant now) {
        known(client, name)
                .ifPresent(
                        master ->
                                afterPromotion(
                                        List.of(master),
                                        now,
                                        then -> removeNow(client, name, then)));
    }

    private void removeNow(ClientToken client, String name, Instant now) {
        known(client, name)
                .ifPresent(
                        master -> {
                            failover.dropUnproven(master, now);
                            out.publish(Events.removed(master));
                            registry.remove(master);
                            answerOnceSaved(client, new Answer.Ok());
                        });
    }

    /**
     * A node that was told to be a master may be one already: others hear of it from us alone, so
     * nothing is forgotten before it is announced, or a second has passed (guard G21).
     */
    private void afterPromotion(
            List<MonitoredMaster> masters, Instant now, Consumer<Instant> order) {
        when(
                () -> masters.stream().noneMatch(Operator::isPromoting),
                now.plus(LONGEST_PROMOTION),
                order,
                now);
    }

    private static boolean isPromoting(MonitoredMaster master) {
        return master.failover instanceof Failover.WaitPromotion;
    }

    private List<MonitoredMaster> matching(String pattern) {
        return deployment.masters.values().stream()
                .filter(master -> GlobPattern.matches(pattern, master.name))
                .toList();
    }

    private void reset(ClientToken client, String pattern, Instant now) {
        afterPromotion(matching(pattern), now, then -> resetNow(client, pattern, then));
    }

    private void resetNow(ClientToken client, String pattern, Instant now) {
        var matching = matching(pattern);
        for (var master : matching) {
            registry.reset(master, now);
            // Do they follow it still? A failover may need them at once.
            master.replicas.values().forEach(replica -> requests.info(replica, now));
        }
        out.reply(client, new Answer.Count(matching.size()));
    }

    // ---- CONFIG SET

    private void configSet(ClientToken client, List<String> words, Instant now) {
        switch (ConfigOptions.apply(deployment.options, words)) {
            case ConfigOptions.Outcome.Refused(var line) -> refuse(client, line);
            case ConfigOptions.Outcome.Applied(var options, var newCredentials) -> {
                deployment.options = options;
                out.add(new Effect.SetLogLevel(options.logLevel()));
                if (newCredentials) {
                    dropPeers(now);
                }
                answerOnceSaved(client, new Answer.Ok());
            }
        }
    }

    private void dropPeers(Instant now) {
        for (var master : deployment.masters.values()) {
            master.peers.values().forEach(peer -> links.drop(peer.link, false, now));
            agenda.touch(master);
        }
    }

    // ---- DEBUG

    private void debug(ClientToken client, List<String> words) {
        var refusal = setPeriods(words);
        // Every deadline was reckoned with the old periods.
        deployment.masters.values().forEach(agenda::touch);
        refusal.ifPresentOrElse(
                line -> refuse(client, line), () -> out.reply(client, new Answer.Ok()));
    }

    private Optional<String> setPeriods(List<String> words) {
        for (int i = 0; i < words.size(); i += 2) {
            var name = words.get(i);
            var period = Period.named(name);
            if (period.isEmpty() || i + 1 == words.size()) {
                return Optional.of(
                        "ERR Unknown option or number of arguments for SENTINEL DEBUG '"
                                + name
                                + "'");
            }
            var millis = Numbers.positive(words.get(i + 1));
            if (millis.isEmpty()) {
                return Optional.of(
                        "ERR Invalid argument '"
                                + words.get(i + 1)
                                + "' for SENTINEL DEBUG '"
                                + name
                                + "'");
            }
            deployment.pace =
                    deployment.pace.with(period.get(), Duration.ofMillis(millis.getAsLong()));
        }
        return Optional.empty();
    }

    // ---- SIMULATE-FAILURE

    private void simulate(
            ClientToken client, List<SimulatedFailure> failures, boolean unknownWord) {
        deployment.simulatedFailures.clear();
        for (var failure : failures) {
            deployment.simulatedFailures.add(failure);
            out.log(
                    Event.Level.WARNING,
                    "Failure simulation: this Sentinel will crash " + failure.moment());
        }
        if (unknownWord) {
            refuse(client, "ERR Unknown failure simulation specified");
        } else {
            out.reply(client, new Answer.Ok());
        }
    }

    // ---- SET

    private void set(ClientToken client, OperatorCommand.Set order, Instant now) {
        var known = known(client, order.masterName());
        if (known.isEmpty()) {
            return;
        }
        var master = known.get();
        var options = new SetOptions(deployment.options.denyScriptsReconfig());
        agenda.touch(master);
        for (var option : order.options()) {
            switch (options.apply(master, option)) {
                case SetOptions.Outcome.Refused(var line) -> {
                    // What stands before the faulty option stays applied, and is saved.
                    out.persist();
                    refuse(client, line);
                    return;
                }
                case SetOptions.Outcome.Applied(var told, var newCredentials) -> {
                    out.publish(Events.optionSet(master, told));
                    if (newCredentials) {
                        links.drop(master.link, false, now);
                        master.replicas
                                .values()
                                .forEach(replica -> links.drop(replica.link, false, now));
                    }
                }
            }
        }
        answerOnceSaved(client, new Answer.Ok());
    }
}
