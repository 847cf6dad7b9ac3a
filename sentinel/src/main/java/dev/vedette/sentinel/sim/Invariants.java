package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The rules that no run may break, watched from outside: they read what leaves and reaches the
 * processes, never the inside of a core. What a rule knows of a sentinel's view is what the network
 * really brought there ({@link Knowledge}). Here is told who hears of what; the rules themselves
 * have their own files.
 */
final class Invariants {
    private final World world;
    private final Map<SentinelMachine, Knowledge> knowledge = new HashMap<>();
    final LeaderRules leaders;
    final SecondTargets secondTargets;
    final SpeechRules speech;
    final OrderRules orders;
    private final SelectionRules selection;
    private final QuorumWords quorumWords;
    private final DemotionRule demotions;
    final RestartRule restarts;

    /** Rules that sentinels of Redis broke by themselves. */
    private final Map<String, Integer> redisBroke = new TreeMap<>();

    private Optional<Violation> broken = Optional.empty();
    private String lastPayload = "";
    private Optional<Hello> lastHello = Optional.empty();

    Invariants(World world) {
        this.world = world;
        this.leaders = new LeaderRules(this);
        this.secondTargets = new SecondTargets(world, this);
        this.speech = new SpeechRules(world, this);
        this.orders = new OrderRules(world, this);
        this.selection = new SelectionRules(world, this);
        this.quorumWords = new QuorumWords(world, this);
        this.demotions = new DemotionRule(world, this);
        this.restarts = new RestartRule(world, this);
    }

    // ---- what a run amounted to

    /** How many epochs a forced leader that was cut off shared with another. */
    int sharedEpochs() {
        return leaders.sharedEpochs();
    }

    int promotions() {
        return leaders.promotions();
    }

    Map<String, Integer> redisBroke() {
        return redisBroke;
    }

    void throwIfBroken() {
        if (broken.isPresent()) {
            throw broken.get();
        }
    }

    /** Kept, and thrown after the event: nothing between here and there can swallow it. */
    void broken(String rule, String what) {
        if (broken.isEmpty()) {
            world.tell("RULE", "broken:", rule + ": " + what);
            broken = Optional.of(new Violation(rule, what, world.seed, world.transcript.text()));
        }
    }

    /** The words are made only when they are needed. */
    void demand(boolean holds, String rule, Supplier<String> what) {
        if (!holds) {
            broken(rule, what.get());
        }
    }

    /** Then only that all is well in the end is asked for. */
    boolean redisHasBroken() {
        return !redisBroke.isEmpty();
    }

    /** Counted, not failed: then only convergence is required (the preamble of the guards). */
    void redisBroke(String rule, RedisSentinel who) {
        world.tell("RULE", "broken by Redis:", who + " " + rule);
        redisBroke.merge(rule, 1, Integer::sum);
    }

    Knowledge known(SentinelMachine sentinel) {
        return knowledge.computeIfAbsent(sentinel, s -> new Knowledge(s.clock()));
    }

    // ---- lives

    void started(SentinelMachine sentinel) {
        knowledge.put(sentinel, new Knowledge(sentinel.clock()));
        speech.started(sentinel);
        demotions.started(sentinel);
        restarts.started(sentinel);
    }

    /** Its conf is that of an earlier time: what it says is not compared with the time between. */
    void restored(SentinelMachine sentinel) {
        speech.restored(sentinel);
        leaders.restored(sentinel);
    }

    /** An operator's order was accepted: no votes are needed until it ends. */
    void forced(SentinelMachine sentinel, String master) {
        known(sentinel).forced.add(master);
    }

    // ---- what reaches a sentinel

    void answered(
            SentinelMachine sentinel, Machine from, Request request, long askedAt, Wire reply) {
        demotions.answered(sentinel, from, reply);
        restarts.answered(sentinel, from, reply);
        if (reply instanceof Wire.Votes(var votes)) {
            leaders.reminded(sentinel, votes);
        }
        var known = known(sentinel);
        switch (reply) {
            case Wire.Pinged(var pong) -> {
                switch (pong) {
                    case VALID, MASTERDOWN, LOADING -> known.pongAt.put(from, sentinel.clock());
                    case BUSY, OTHER -> {}
                }
            }
            case Wire.Informed(var info) -> known.informed(sentinel, from, info, askedAt);
            case Wire.Described(var report) ->
                    known.reports.put(
                            from,
                            new Knowledge.Report(
                                    askedAt,
                                    report.filter(
                                                    told ->
                                                            told.failover() != FailoverPhase.NONE
                                                                    && told.failover()
                                                                            != FailoverPhase
                                                                                    .WAIT_START)
                                            .isPresent()));
            case Wire.MasterDown(var down, var leader, var epoch) -> {
                leader.filter(id -> !id.equals(sentinel.id))
                        .ifPresent(id -> known.rivals.put(new Term(Simulation.GROUP, epoch), id));
                if (request instanceof Request.AskMasterDown question) {
                    quorumWords.answered(sentinel, from, question, down, known);
                }
            }
            default -> {
                // Other replies say nothing that a rule needs.
            }
        }
    }

    void helloHeard(SentinelMachine sentinel, String payload) {
        // One hello reaches every subscriber: it is read once.
        if (!payload.equals(lastPayload)) {
            lastPayload = payload;
            lastHello = Hello.decode(payload);
        }
        lastHello.ifPresent(hello -> demotions.helloHeard(sentinel, hello));
    }

    // ---- what a step decides, which is before its effects may leave

    /** The rules of selection look at what the sentinel knew then. */
    void decided(SentinelMachine sentinel, Event event) {
        var known = known(sentinel);
        restarts.decided(sentinel, event.name());
        switch (event.name()) {
            case "+sdown" -> {
                var words = words(event);
                known.down.add(addressIn(words));
                if (words[0].equals("master")) {
                    known.masterDownSince.put(words[1], sentinel.clock());
                }
            }
            case "-sdown" -> {
                var words = words(event);
                known.down.remove(addressIn(words));
                if (words[0].equals("master")) {
                    known.masterDownSince.remove(words[1]);
                }
            }
            case "+odown" -> {
                var words = words(event);
                quorumWords.objectivelyDown(sentinel, words[1], addressIn(words), known);
            }
            // What was known of its silence is forgotten: it is watched anew.
            case "+reset-master" -> {
                var words = words(event);
                known.masterDownSince.remove(words[1]);
                known.down.remove(addressIn(words));
            }
            case "+selected-slave" -> {
                var words = words(event);
                selection.selected(sentinel, addressIn(words), words[5], known);
            }
            case "+convert-to-slave" -> demotions.demotes(sentinel, words(event));
            case "+promoted-slave" -> orders.proven(sentinel, addressIn(words(event)));
            // Forgotten by a RESET, and found again: nothing is held against it.
            case "+slave" -> known.down.remove(addressIn(words(event)));
            case "-unknown-instance" -> {
                var words = words(event);
                world.dataNodeAt(addressIn(words)).ifPresent(n -> known.foreign.remove(n.runId()));
            }
            case "-foreign-instance" -> {
                var words = words(event);
                world.dataNodeAt(addressIn(words)).ifPresent(n -> known.foreign.add(n.runId()));
            }
            case "+switch-master" -> {
                var words = words(event);
                demotions.switched(sentinel, words);
                known.switched(
                        words[0],
                        world.identity(new Address(words[3], Integer.parseInt(words[4]))),
                        sentinel.clock(),
                        world.queue.now());
            }
            case "-monitor" -> {
                knowledge.put(sentinel, new Knowledge(sentinel.clock()));
                speech.forgets(sentinel, words(event)[1]);
                restarts.removed(sentinel);
            }
            default -> {
                // The other events tell of nothing that a rule reads.
            }
        }
    }

    void decided(SentinelMachine sentinel, Request request) {
        orders.decided(sentinel, request, known(sentinel));
    }

    // ---- what leaves a sentinel

    void sending(SentinelMachine from, Machine target, Request request) {
        switch (request) {
            case Request.ReplicaOf(var master) -> orders.sending(from, target, master, known(from));
            case Request.ReplicaOfAlone(var master) ->
                    orders.sending(from, target, master, known(from));
            case Request.AskMasterDown question -> {
                speech.asksForVote(from, question);
                if (question.candidate().isPresent()) {
                    // Its own vote, which a later write than the first may have saved.
                    leaders.voted(
                            from,
                            new Term(question.masterName(), question.epoch()),
                            question.candidate().get());
                    known(from)
                            .candidateSince
                            .putIfAbsent(
                                    new Term(question.masterName(), question.epoch()),
                                    world.queue.now());
                }
            }
            case Request.AskMaster _ -> known(from).asked.put(target, world.queue.now());
            case Request.PublishHello(var hello) -> {
                speech.hello(from, hello);
                secondTargets.announced(new Term(hello.masterName(), hello.configEpoch()));
            }
            case Request.Ping _, Request.Info _, Request.ScriptKill _, Request.AskVotes _ -> {}
        }
    }

    /** A vote, or the word that none was given, leaves a sentinel. */
    void answering(
            SentinelMachine voter,
            Request.AskMasterDown question,
            Optional<SentinelId> leader,
            long leaderEpoch) {
        if (leader.isPresent()) {
            var master = voter.masterAt(question.master()).orElse(question.masterName());
            var term = new Term(master, leaderEpoch);
            leaders.voted(voter, term, leader.get());
            speech.vote(voter, term);
        }
    }

    void published(SentinelMachine sentinel, Event event) {
        var known = known(sentinel);
        switch (event.name()) {
            case "+vote-for-leader" ->
                    event.masterName().ifPresent(master -> voted(sentinel, master, words(event)));
            case "+elected-leader" -> leaders.elected(sentinel, words(event)[1], known);
            case "-failover-abort-slave-timeout",
                    "-failover-abort-not-elected",
                    "-failover-abort-no-good-slave" -> {
                known.forced.remove(words(event)[1]);
                secondTargets.gaveUp(sentinel);
            }
            // RESET ends a failover without a word.
            case "+reset-master" -> known.forced.remove(words(event)[1]);
            case "-monitor" -> speech.saidThatItForgets(sentinel, words(event)[1]);
            case "+selected-slave" -> {
                var words = words(event);
                known.selected.put(words[5], addressIn(words));
            }
            case "+switch-master" -> {
                var words = words(event);
                known.forced.remove(words[0]);
                known.selected.remove(words[0]);
            }
            default -> {
                // The other events tell of nothing that a rule reads.
            }
        }
    }

    private void voted(SentinelMachine sentinel, String master, String[] words) {
        var term = new Term(master, Long.parseLong(words[1]));
        known(sentinel).lastVote.put(master, term);
        // One that could not be saved is no vote: nobody is told of it, and a crash forgets it.
        if (sentinel.leaderEpochOnDisk(master) >= term.epoch()) {
            leaders.voted(sentinel, term, new SentinelId(words[0]));
        }
        if (words[0].equals(sentinel.id.text())) {
            known(sentinel).votedAt.put(term, world.queue.now());
        }
    }

    void persisting(SentinelMachine sentinel, SentinelState state) {
        speech.persisting(sentinel, state);
    }

    void roleChanged(DataNode node) {
        demand(
                !node.master().map(world::identity).equals(Optional.of(node.address)),
                "no node follows itself",
                () -> node + " follows itself");
    }

    // ---- the words of an event

    private static String[] words(Event event) {
        return event.payload().split(" ", -1);
    }

    private Address addressIn(String[] words) {
        return world.identity(new Address(words[2], Integer.parseInt(words[3])));
    }
}
