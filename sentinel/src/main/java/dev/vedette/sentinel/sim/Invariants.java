package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules that no run may break, watched from outside: they read what leaves and reaches the
 * processes, never the inside of a core. What a rule knows of a sentinel's view is what the network
 * really brought there.
 */
final class Invariants {
    /** A vote, an address, a promotion of one master (by name) in one epoch. */
    private record Term(String master, long epoch) {}

    private record Led(Term term, SentinelId leader) {}

    private record Ballot(SentinelMachine voter, Term term) {}

    static final String FORCED_COLLISION =
            "a forced failover takes no epoch that it was told another has (G20)";

    private static final long SECOND = 1_000_000;
    private static final long PING_AGE_LIMIT = 5 * SECOND;
    private static final long INFO_AGE_LIMIT_WHEN_DOWN = 5 * SECOND;
    private static final long INFO_AGE_LIMIT = 30 * SECOND;

    /** What the network has brought to one life of one sentinel. */
    private static final class Heard {
        private final Map<Machine, InstanceInfo> info = new HashMap<>();

        /** What the present master told of its data, since it is the master. */
        private final Set<String> masterHistories = new HashSet<>();

        private Optional<History> masterHistory = Optional.empty();

        /** The same of the masters before. */
        private final Set<String> formerHistories = new HashSet<>();

        private final Map<Machine, Long> infoAt = new HashMap<>();
        private final Map<Machine, Long> pongAt = new HashMap<>();
        private final Set<Address> down = new HashSet<>();
        private final Map<String, Long> masterDownSince = new HashMap<>();
        private final Map<String, Term> lastVote = new HashMap<>();
        private final Map<String, Address> selected = new HashMap<>();
        private final Set<String> forced = new HashSet<>();
        private final Set<Term> leadsForced = new HashSet<>();

        /** Whom others said that they voted for, when it was not this sentinel. */
        private final Map<Term, SentinelId> rivals = new HashMap<>();
    }

    /** A SLAVEOF NO ONE that left, until its leader announced the new master or gave up. */
    private record Open(SentinelMachine leader, int life, Machine target, long sentAt) {}

    private final World world;
    private final Map<Term, Open> open = new LinkedHashMap<>();
    private int secondTargets;
    private final Map<SentinelMachine, Heard> heard = new HashMap<>();
    private final Map<Term, SentinelId> leaders = new LinkedHashMap<>();
    private final Set<Term> forcedTerms = new HashSet<>();

    /** Epochs that a forced leader, cut off from the others, shares with another leader. */
    private final Set<Term> sharedTerms = new HashSet<>();

    private final Map<Led, Machine> promoted = new LinkedHashMap<>();
    private final Map<Term, Address> announced = new HashMap<>();
    private final Map<Ballot, SentinelId> votes = new HashMap<>();
    private final Map<SentinelMachine, Map<String, Long>> spokenConfigEpochs = new HashMap<>();
    private final DemotionRule demotions;
    private final RestartRule restarts;
    private Optional<Violation> broken = Optional.empty();

    Invariants(World world) {
        this.world = world;
        this.demotions = new DemotionRule(world, this);
        this.restarts = new RestartRule(world, this);
    }

    // ---- what a run amounted to

    /** How many epochs a forced leader that was cut off shared with another. */
    int sharedEpochs() {
        return sharedTerms.size();
    }

    int elections() {
        return leaders.size();
    }

    int promotions() {
        return promoted.size();
    }

    /**
     * How often a leader promoted another node while an earlier leader, still alive, had promoted
     * one and had not announced it yet. Redis does so where a sentinel that had no part in the
     * earlier vote starts at once; the guards (G2) forbid it once failovers are faster than
     * Redis's.
     */
    int secondTargets() {
        return secondTargets;
    }

    private void opens(SentinelMachine leader, Term term, Machine target) {
        long now = world.queue.now();
        open.values().removeIf(o -> o.leader().life() != o.life());
        boolean second =
                open.entrySet().stream()
                        .filter(e -> e.getKey().master().equals(term.master()))
                        .filter(e -> e.getKey().epoch() < term.epoch())
                        .map(Map.Entry::getValue)
                        .filter(o -> !o.target().equals(target) && !o.leader().equals(leader))
                        .anyMatch(o -> now - o.sentAt() < pauseAfterVote(leader, term));
        if (second) {
            secondTargets++;
        }
        open.put(term, new Open(leader, leader.life(), target, now));
    }

    private static long pauseAfterVote(SentinelMachine leader, Term term) {
        return leader.state()
                .master(term.master())
                .map(m -> 2 * EventQueue.micros(m.options().failoverTimeout()))
                .orElse(0L);
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

    void demand(boolean holds, String rule, String what) {
        if (!holds) {
            broken(rule, what);
        }
    }

    // ---- what is watched

    /** Its conf is that of an earlier time: what it says is not compared with the time between. */
    void restored(SentinelMachine sentinel) {
        spokenConfigEpochs.remove(sentinel);
    }

    void started(SentinelMachine sentinel) {
        heard.put(sentinel, new Heard());
        demotions.started(sentinel);
        restarts.started(sentinel);
    }

    private Heard heardBy(SentinelMachine sentinel) {
        return heard.computeIfAbsent(sentinel, _ -> new Heard());
    }

    /** An operator's order was accepted: no votes are needed until it ends. */
    void forced(SentinelMachine sentinel, String master) {
        heardBy(sentinel).forced.add(master);
    }

    /** A reply reached a sentinel. */
    void answered(SentinelMachine sentinel, Machine from, Wire reply) {
        demotions.answered(sentinel, from, reply);
        restarts.answered(sentinel, from, reply);
        var known = heardBy(sentinel);
        switch (reply) {
            case Wire.Pinged(var pong) -> {
                switch (pong) {
                    case VALID, MASTERDOWN, LOADING -> known.pongAt.put(from, world.queue.now());
                    case BUSY, OTHER -> {}
                }
            }
            case Wire.Informed(var info) -> {
                known.info.put(from, info);
                known.infoAt.put(from, world.queue.now());
                masterTold(sentinel, from, info, known);
            }
            case Wire.MasterDown(_, var leader, var epoch) ->
                    leader.filter(id -> !id.equals(sentinel.id))
                            .ifPresent(
                                    id -> known.rivals.put(new Term(Simulation.GROUP, epoch), id));
            default -> {
                // Other replies say nothing that a rule needs.
            }
        }
    }

    private static void masterTold(
            SentinelMachine sentinel, Machine from, InstanceInfo info, Heard known) {
        boolean master =
                info.role().equals(Optional.of(InstanceInfo.Role.MASTER))
                        && !info.loading()
                        && sentinel.state().masters().stream()
                                .anyMatch(m -> m.address().equals(from.address));
        if (master) {
            known.masterHistory = info.history();
            info.history().ifPresent(history -> known.masterHistories.add(history.id()));
        }
    }

    /** To the leader the proof of the promotion told of the data too. */
    private static void promotionTold(Address to, Heard known) {
        if (!known.selected.containsValue(to)) {
            return;
        }
        known.info.forEach(
                (from, info) -> {
                    if (from.address.equals(to)
                            && info.role().equals(Optional.of(InstanceInfo.Role.MASTER))) {
                        known.masterHistory = info.history();
                        info.history().ifPresent(told -> known.masterHistories.add(told.id()));
                    }
                });
    }

    /** A vote, or the word that none was given, leaves a sentinel. */
    void answering(
            SentinelMachine voter,
            Request.AskMasterDown question,
            Optional<SentinelId> leader,
            long leaderEpoch) {
        if (leader.isEmpty()) {
            return;
        }
        var master = masterAt(voter, question);
        var term = new Term(master, leaderEpoch);
        voted(voter, term, leader.get());
        demand(
                leaderEpochOnDisk(voter, master) >= term.epoch(),
                "persist before speak",
                "%s spoke its vote in epoch %d, its disk knows of %d"
                        .formatted(voter, term.epoch(), leaderEpochOnDisk(voter, master)));
    }

    private static String masterAt(SentinelMachine voter, Request.AskMasterDown question) {
        return voter.state().masters().stream()
                .filter(m -> m.address().equals(question.master()))
                .map(SentinelState.Master::name)
                .findFirst()
                .orElse(question.masterName());
    }

    /** A vote that may count: published, or answered. */
    private void voted(SentinelMachine voter, Term term, SentinelId candidate) {
        var before = votes.putIfAbsent(new Ballot(voter, term), candidate);
        heardBy(voter).lastVote.put(term.master(), term);
        demand(
                before == null || before.equals(candidate),
                "a spoken vote never changes",
                "%s voted for %s and for %s in epoch %d"
                        .formatted(voter, before, candidate, term.epoch()));
    }

    private static long leaderEpochOnDisk(SentinelMachine sentinel, String master) {
        return sentinel.disk
                .durable()
                .master(master)
                .map(SentinelState.Master::leaderEpoch)
                .orElse(0L);
    }

    /** Whom a request tells its target to follow: nobody is a promotion. */
    static Optional<Optional<Address>> orderIn(Request request) {
        return switch (request) {
            case Request.ReplicaOf(var master) -> Optional.of(master);
            case Request.ReplicaOfAlone(var master) -> Optional.of(master);
            default -> Optional.empty();
        };
    }

    /** A request leaves a sentinel. */
    void sending(SentinelMachine from, Machine target, Request request) {
        switch (request) {
            case Request.ReplicaOf(var master) -> reconfigures(from, target, master);
            case Request.ReplicaOfAlone(var master) -> reconfigures(from, target, master);
            case Request.AskMasterDown(var master, _, var epoch, var candidate) -> {
                demand(
                        from.disk.behind() || from.disk.durable().currentEpoch() >= epoch,
                        "persist before speak",
                        "%s speaks of epoch %d, its disk knows of %d"
                                .formatted(from, epoch, from.disk.durable().currentEpoch()));
                demand(
                        candidate.isEmpty() || leaderEpochOnDisk(from, master) >= epoch,
                        "persist before speak",
                        "%s wants to lead epoch %d, its disk knows of a vote in %d"
                                .formatted(from, epoch, leaderEpochOnDisk(from, master)));
            }
            case Request.PublishHello(var hello) -> {
                var disk = from.disk.durable();
                demand(
                        from.disk.behind() || disk.currentEpoch() >= hello.currentEpoch(),
                        "persist before speak",
                        "%s says hello with epoch %d, its disk knows of %d"
                                .formatted(from, hello.currentEpoch(), disk.currentEpoch()));
                demand(
                        from.disk.behind()
                                || disk.master(hello.masterName())
                                                .map(SentinelState.Master::configEpoch)
                                                .orElse(0L)
                                        >= hello.configEpoch(),
                        "persist before speak",
                        "%s announces config epoch %d, which its disk does not know"
                                .formatted(from, hello.configEpoch()));
                announces(from, hello.masterName(), hello.configEpoch(), hello.master());
            }
            case Request.Ping _,
                    Request.Info _,
                    Request.ScriptKill _,
                    Request.AskMaster _,
                    Request.AskVotes _ -> {}
        }
    }

    private void announces(SentinelMachine from, String master, long configEpoch, Address address) {
        open.remove(new Term(master, configEpoch));
        var first = announced.putIfAbsent(new Term(master, configEpoch), address);
        demand(
                first == null
                        || first.equals(address)
                        || sharedTerms.contains(new Term(master, configEpoch)),
                "one address per config epoch",
                "%s announces %s under config epoch %d, which stood for %s"
                        .formatted(from, address, configEpoch, first));
        var spoken = spokenConfigEpochs.computeIfAbsent(from, _ -> new HashMap<>());
        long before = spoken.getOrDefault(master, 0L);
        demand(
                before <= configEpoch,
                "config epochs only rise",
                "%s announces config epoch %d after %d".formatted(from, configEpoch, before));
        spoken.put(master, Math.max(before, configEpoch));
    }

    private void reconfigures(SentinelMachine from, Machine target, Optional<Address> master) {
        demand(
                !(target instanceof DataNode node && node.stranger),
                "no stranger is told anything (G5)",
                "%s tells %s to follow %s".formatted(from, target, master));
        if (master.isPresent()) {
            demand(
                    !master.get().equals(target.address),
                    "no node follows itself",
                    "%s tells %s to follow itself".formatted(from, target));
            demand(
                    world.dataNodes().stream().anyMatch(n -> n.address.equals(master.get())),
                    "no node follows a stranger",
                    "%s tells %s to follow %s".formatted(from, target, master.get()));
            demand(
                    !followsAsTold(from, master.get(), target.address),
                    "no node is told to follow its follower",
                    "%s tells %s to follow %s".formatted(from, target, master.get()));
            return;
        }
        var known = heardBy(from);
        var group =
                from.state().masters().stream()
                        .map(SentinelState.Master::name)
                        .filter(m -> target.address.equals(known.selected.get(m)))
                        .findFirst();
        demand(
                group.isPresent(),
                "only the selected replica is promoted",
                "%s promotes %s, it selected %s".formatted(from, target, known.selected));
        group.ifPresent(g -> promotes(from, target, g, known));
    }

    /** By the last INFO that came to that sentinel. */
    private boolean followsAsTold(SentinelMachine sentinel, Address node, Address master) {
        return heardBy(sentinel).info.entrySet().stream()
                .filter(entry -> entry.getKey().address.equals(node))
                .anyMatch(entry -> entry.getValue().masterAddress().equals(Optional.of(master)));
    }

    private void promotes(SentinelMachine from, Machine target, String master, Heard known) {
        var term = known.lastVote.getOrDefault(master, new Term(master, 0));
        long epoch = term.epoch();
        demand(
                leaderEpochOnDisk(from, master) >= epoch && epoch > 0,
                "no promotion without a durable vote",
                "%s promotes %s in epoch %d, its disk knows of a vote in %d"
                        .formatted(from, target, epoch, leaderEpochOnDisk(from, master)));
        if (known.leadsForced.contains(term)) {
            leadsForced(from, term, known);
        } else {
            leads(from, term);
        }
        var first = promoted.putIfAbsent(new Led(term, from.id), target);
        demand(
                first == null || first.equals(target),
                "no second target in one failover",
                "%s promotes %s after %s in epoch %d".formatted(from, target, first, epoch));
        opens(from, term, target);
    }

    /**
     * A forced failover needs no votes, so one that is cut off may take an epoch that others have
     * too. Then all must be well once they hear each other; but what it was told it must heed.
     */
    private void leadsForced(SentinelMachine sentinel, Term term, Heard known) {
        demand(
                !known.rivals.containsKey(term),
                FORCED_COLLISION,
                "%s was ordered to lead and took epoch %d of %s, of which it knew that %s has it"
                        .formatted(sentinel, term.epoch(), term.master(), known.rivals.get(term)));
        forcedTerms.add(term);
        shares(term, sentinel);
    }

    private void leads(SentinelMachine sentinel, Term term) {
        boolean shared = shares(term, sentinel);
        demand(
                !shared || forcedTerms.contains(term),
                "one leader per epoch",
                "%s leads epoch %d of %s, which %s led"
                        .formatted(sentinel, term.epoch(), term.master(), leaders.get(term)));
    }

    private boolean shares(Term term, SentinelMachine sentinel) {
        var first = leaders.putIfAbsent(term, sentinel.id);
        boolean shared = first != null && !first.equals(sentinel.id);
        if (shared) {
            sharedTerms.add(term);
        }
        return shared;
    }

    /** A state goes to the disk. */
    void persisting(SentinelMachine sentinel, SentinelState state) {
        var disk = sentinel.disk.durable();
        demand(
                state.currentEpoch() >= disk.currentEpoch(),
                "epochs only rise",
                "%s writes epoch %d over %d"
                        .formatted(sentinel, state.currentEpoch(), disk.currentEpoch()));
        for (var master : state.masters()) {
            disk.master(master.name())
                    .ifPresent(
                            before -> {
                                demand(
                                        master.configEpoch() >= before.configEpoch(),
                                        "config epochs only rise",
                                        "%s writes config epoch %d over %d"
                                                .formatted(
                                                        sentinel,
                                                        master.configEpoch(),
                                                        before.configEpoch()));
                                demand(
                                        master.leaderEpoch() >= before.leaderEpoch(),
                                        "no vote is forgotten",
                                        "%s writes leader epoch %d over %d"
                                                .formatted(
                                                        sentinel,
                                                        master.leaderEpoch(),
                                                        before.leaderEpoch()));
                            });
        }
    }

    void roleChanged(DataNode node) {
        demand(
                !node.master().equals(Optional.of(node.address)),
                "no node follows itself",
                node + " follows itself");
    }

    // ---- events: what a sentinel says of its own decisions

    /**
     * A step decided, which is before its effects may leave: the rules of selection look at what
     * the sentinel knew then.
     */
    void decided(SentinelMachine sentinel, Event event) {
        var known = heardBy(sentinel);
        var words = event.payload().split(" ", -1);
        restarts.decided(sentinel, event.name());
        switch (event.name()) {
            case "+sdown" -> {
                known.down.add(addressIn(words));
                if (words[0].equals("master")) {
                    known.masterDownSince.put(words[1], world.queue.now());
                }
            }
            case "-sdown" -> {
                known.down.remove(addressIn(words));
                if (words[0].equals("master")) {
                    known.masterDownSince.remove(words[1]);
                }
            }
            case "+selected-slave" -> selected(sentinel, words, known);
            case "+convert-to-slave" -> demotions.demotes(sentinel, words);
            case "+switch-master" -> {
                demotions.switched(sentinel, words);
                known.down.clear();
                known.formerHistories.addAll(known.masterHistories);
                known.masterHistories.clear();
                known.masterHistory = Optional.empty();
                promotionTold(new Address(words[3], Integer.parseInt(words[4])), known);
                known.masterDownSince.remove(words[0]);
            }
            default -> {
                // The other events tell of nothing that a rule reads.
            }
        }
    }

    /** A hello reached a sentinel. */
    void helloHeard(SentinelMachine sentinel, String payload) {
        demotions.helloHeard(sentinel, payload);
    }

    /** A step decided to ask that; it may leave later, when more is known. */
    void decided(SentinelMachine sentinel, Request request) {
        orderIn(request)
                .flatMap(master -> master)
                .ifPresent(
                        master ->
                                demand(
                                        !heardBy(sentinel).down.contains(master),
                                        "no node is told to follow one that is down",
                                        "%s points a node at %s".formatted(sentinel, master)));
    }

    /** What a step decided leaves the process. */
    void published(SentinelMachine sentinel, Event event) {
        var known = heardBy(sentinel);
        var words = event.payload().split(" ", -1);
        switch (event.name()) {
            case "+vote-for-leader" ->
                    event.masterName()
                            .ifPresent(
                                    master ->
                                            voted(
                                                    sentinel,
                                                    new Term(master, Long.parseLong(words[1])),
                                                    new SentinelId(words[0])));
            case "+elected-leader" -> elected(sentinel, words[1], known);
            case "-failover-abort-slave-timeout",
                    "-failover-abort-not-elected",
                    "-failover-abort-no-good-slave" -> {
                known.forced.remove(words[1]);
                open.values().removeIf(o -> o.leader().equals(sentinel));
            }
            case "+selected-slave" -> known.selected.put(words[5], addressIn(words));
            case "+switch-master" -> {
                known.forced.remove(words[0]);
                known.selected.remove(words[0]);
            }
            default -> {
                // The other events tell of nothing that a rule reads.
            }
        }
    }

    private static Address addressIn(String[] words) {
        return new Address(words[2], Integer.parseInt(words[3]));
    }

    private void elected(SentinelMachine sentinel, String master, Heard known) {
        var term = known.lastVote.getOrDefault(master, new Term(master, 0));
        if (known.forced.contains(master)) {
            known.leadsForced.add(term);
            return;
        }
        leads(sentinel, term);
        var state = sentinel.state().master(master).orElseThrow();
        int voters = state.peers().size() + 1;
        int needed = Math.max(state.quorum(), voters / 2 + 1);
        long given =
                votes.entrySet().stream()
                        .filter(vote -> vote.getKey().term().equals(term))
                        .filter(vote -> vote.getValue().equals(sentinel.id))
                        .count();
        demand(
                given >= needed,
                "a leader has the votes of a majority and of the quorum",
                "%s leads epoch %d with %d votes, it needs %d"
                        .formatted(sentinel, term.epoch(), given, needed));
    }

    /** The rules of selection, by what this sentinel was told. */
    private void selected(SentinelMachine sentinel, String[] words, Heard known) {
        var address = addressIn(words);
        var master = words[5];
        var choice = world.dataNodes().stream().filter(n -> n.address.equals(address)).findFirst();
        demand(choice.isPresent(), "no stranger is promoted", sentinel + " selected " + address);
        choice.ifPresent(node -> eligible(sentinel, node, master, known));
    }

    private void eligible(SentinelMachine sentinel, DataNode node, String master, Heard known) {
        var info = known.info.get(node);
        var options = sentinel.state().master(master).orElseThrow().options();
        if (info == null) {
            broken("no ineligible promotion", sentinel + " knows no INFO of " + node);
            return;
        }
        long now = world.queue.now();
        Optional<Long> downSince = Optional.ofNullable(known.masterDownSince.get(master));
        long infoAge = now - known.infoAt.getOrDefault(node, 0L);
        long pongAge = now - known.pongAt.getOrDefault(node, 0L);
        refuse(sentinel, node, info.replicaPriority() == 0, "its priority is 0");
        refuse(sentinel, node, known.down.contains(node.address), "it is down");
        refuse(sentinel, node, pongAge > PING_AGE_LIMIT, "its last PONG is too old");
        refuse(
                sentinel,
                node,
                infoAge > (downSince.isPresent() ? INFO_AGE_LIMIT_WHEN_DOWN : INFO_AGE_LIMIT),
                "its last INFO is too old");
        var mayBeDownFor =
                options.downAfter()
                        .multipliedBy(10)
                        .plus(Duration.ofNanos(1000 * downSince.map(s -> now - s).orElse(0L)));
        refuse(
                sentinel,
                node,
                info.masterLinkDownFor().compareTo(mayBeDownFor) > 0,
                "it was disconnected too long");
        refuse(
                sentinel,
                node,
                !known.forced.contains(master) && parted(node, info, known),
                "it parted from the master's data and lacks what that wrote");
    }

    /**
     * Its data are the parent of the master's, which went on since, and which it never followed.
     */
    private static boolean parted(DataNode node, InstanceInfo told, Heard known) {
        if (told.history().isEmpty() || known.masterHistory.isEmpty()) {
            return false;
        }
        var has = told.history().get();
        var master = known.masterHistory.get();
        return master.parent()
                        .filter(known.formerHistories::contains)
                        .filter(p -> holds(has, p))
                        .isPresent()
                && master.offset() >= master.branchedAt()
                && known.masterHistories.stream()
                        .noneMatch(id -> holds(has, id) || node.hasFollowed(id));
    }

    private static boolean holds(History data, String id) {
        return data.id().equals(id) || data.parent().equals(Optional.of(id));
    }

    private void refuse(SentinelMachine sentinel, DataNode node, boolean bad, String why) {
        demand(
                !bad,
                "no ineligible promotion",
                "%s selected %s although %s".formatted(sentinel, node, why));
    }
}
