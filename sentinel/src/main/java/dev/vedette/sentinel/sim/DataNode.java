package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;
import dev.vedette.sentinel.core.Input.PingReply;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A model of a Redis data node: role, run id, the pair of replication ids, an offset that grows
 * under a writer while it is a master, partial and full resynchronisation, INFO, and what the
 * transaction of a sentinel does to it. The data themselves are not modelled: the replication
 * history says who has what.
 *
 * <p>Every node that holds itself for a master takes writes, also the wrong one: the worst that
 * clients can do.
 */
final class DataNode extends Machine {
    private static final long SECOND = 1_000_000;
    private static final long REPLICATION_TIMEOUT = 60 * SECOND;
    private static final long PING_REPLICAS_EVERY = 10 * SECOND;
    private static final int PING_BYTES = 14;
    private static final int MISSING_PRIORITY = 100;
    private static final String DISCARDED =
            "EXECABORT Transaction discarded because of previous errors.";

    /** What a node that restarts still has. */
    enum Persistence {
        /** It comes back empty. */
        NONE,
        /** It comes back with its last snapshot, and the replication id and offset within. */
        SNAPSHOT
    }

    /** A resynchronisation point on disk. */
    private record Saved(String replicationId, long offset) {}

    private final Dice dice;
    private final Set<Client> clients = new LinkedHashSet<>();

    // What an operator configures.
    int priority = 100;

    /** CONFIG is renamed or denied there: a transaction with it is discarded. */
    boolean refusesConfig;

    Persistence persistence = Persistence.SNAPSHOT;
    long backlogBytes = 20_000;
    long writeEvery = 200_000;
    long snapshotEvery = 20 * SECOND;
    long longestTransfer = 400_000;
    long longestLoad = 300_000;

    /** From its next start on another group's master lives at its address, with data and hellos. */
    boolean stranger;

    // What is on its disk. The conf's replicaof is there once CONFIG REWRITE wrote it.
    private Optional<Address> replicaOfInConf = Optional.empty();
    private Optional<Saved> saved = Optional.empty();

    // What dies with the process.
    private String runId = "";
    private Optional<Address> master = Optional.empty();
    private String replicationId = "";
    private String secondReplicationId = "";
    private long secondOffset = -1;
    private long offset;
    private long backlogStart;
    private MasterLink link = new MasterLink();
    private long linkDownSince = -1;
    private long loadingUntil;

    /** The histories of masters that this node was in sync with, in any life. */
    private final Set<String> followed = new LinkedHashSet<>();

    /** Resynchronisations that this node did as a replica, for the tests. */
    int fullSyncs;

    int partialSyncs;

    DataNode(World world, String name, Address address) {
        super(world, name, address);
        dice = world.dice.split();
    }

    // ---- what the world sees

    boolean isMaster() {
        return master.isEmpty();
    }

    Optional<Address> master() {
        return master;
    }

    boolean isInSync() {
        return link.phase == Phase.STREAMING;
    }

    long offset() {
        return offset;
    }

    String replicationId() {
        return replicationId;
    }

    boolean hasFollowed(String history) {
        return followed.contains(history);
    }

    /** Before the first start: the conf's replicaof. */
    void replicaOf(Address address) {
        replicaOfInConf = Optional.of(address);
    }

    /** Its disk is empty now, but for the conf; only while it is down. */
    void loseData() {
        saved = Optional.empty();
    }

    // ---- the process

    @Override
    protected void started() {
        runId = dice.id();
        master = replicaOfInConf;
        link = new MasterLink();
        linkDownSince = -1;
        secondReplicationId = "";
        secondOffset = -1;
        if (stranger) {
            startedAsStranger();
            return;
        }
        var found = persistence == Persistence.SNAPSHOT ? saved : Optional.<Saved>empty();
        offset = found.map(Saved::offset).orElse(0L);
        backlogStart = offset;
        replicationId = found.map(Saved::replicationId).orElseGet(dice::id);
        if (found.isPresent() && isMaster()) {
            // A master that loads a snapshot takes a new id and keeps the old one as its second.
            branch();
        }
        loadingUntil = found.isPresent() ? now() + dice.between(1000, longestLoad) : 0;
        timer(loadingUntil == 0 ? 0 : loadingUntil - now(), this::loaded);
        timer(SECOND, this::everySecond);
        timer(dice.between(0, writeEvery), this::write);
        timer(PING_REPLICAS_EVERY, this::pingReplicas);
        timer(snapshotEvery, this::saveNowAndThen);
    }

    private void startedAsStranger() {
        master = Optional.empty();
        replicationId = dice.id();
        offset = dice.between(1000, 100_000);
        backlogStart = offset;
        loadingUntil = 0;
        timer(SECOND, this::everySecond);
        timer(dice.between(0, writeEvery), this::write);
        sayHelloOfAnotherGroup(dice.id());
    }

    private void sayHelloOfAnotherGroup(String sentinel) {
        var from = new Address("10.0.9.1", 26379);
        tellSubscribers(
                new Hello(from, new SentinelId(sentinel), 3, "another", address, 2).encode());
        timer(2 * SECOND, () -> sayHelloOfAnotherGroup(sentinel));
    }

    @Override
    protected void stopped() {
        clients.clear();
        link.abandon();
    }

    private void loaded() {
        if (!isMaster()) {
            link.connect();
        }
    }

    private long now() {
        return world.queue.now();
    }

    private boolean isLoading() {
        return now() < loadingUntil;
    }

    private void everySecond() {
        link.everySecond();
        for (var client : clients.toArray(Client[]::new)) {
            client.everySecond();
        }
        timer(SECOND, this::everySecond);
    }

    private void write() {
        if (isMaster() && !isLoading()) {
            feed(dice.between(50, 200), Optional.empty());
        }
        timer(writeEvery, this::write);
    }

    private void pingReplicas() {
        if (isMaster() && !isLoading()) {
            feed(PING_BYTES, Optional.empty());
        }
        timer(PING_REPLICAS_EVERY, this::pingReplicas);
    }

    private void saveNowAndThen() {
        save();
        timer(snapshotEvery, this::saveNowAndThen);
    }

    void save() {
        if (!isLoading()) {
            saved = Optional.of(new Saved(replicationId, offset));
        }
    }

    // ---- the stream that its replicas follow

    private void feed(long bytes, Optional<String> hello) {
        offset += bytes;
        forward(new Wire.Stream(offset, hello));
    }

    private void forward(Wire.Stream piece) {
        backlogStart = Math.max(backlogStart, offset - backlogBytes);
        for (var client : clients) {
            client.pass(piece);
        }
    }

    /** A new history begins here; those who followed the old one up to here may go on. */
    private void branch() {
        secondReplicationId = replicationId;
        secondOffset = offset;
        replicationId = dice.id();
    }

    private boolean canContinue(Wire.Synchronize from) {
        boolean known =
                from.replicationId().equals(replicationId)
                        || (from.replicationId().equals(secondReplicationId)
                                && from.offset() <= secondOffset);
        return known && backlogStart <= from.offset() && from.offset() <= offset;
    }

    private void dropReplicas() {
        for (var client : clients.toArray(Client[]::new)) {
            if (client.follows.isPresent()) {
                client.drop();
            }
        }
    }

    // ---- SLAVEOF

    private Optional<String> obey(Optional<Address> newMaster) {
        if (isLoading()) {
            return Optional.of(DISCARDED);
        }
        if (!newMaster.equals(master)) {
            follow(newMaster);
        }
        return Optional.empty();
    }

    private Optional<String> transact(Client caller, Optional<Address> newMaster) {
        var refused = obey(newMaster);
        if (refused.isPresent()) {
            return refused;
        }
        replicaOfInConf = master;
        for (var client : clients.toArray(Client[]::new)) {
            if (!client.equals(caller) && client.follows.isEmpty()) {
                client.drop();
            }
        }
        return Optional.empty();
    }

    void follow(Optional<Address> newMaster) {
        world.tell(this, "becomes", newMaster.map(a -> "a replica of " + a).orElse("a master"));
        boolean wasMaster = isMaster();
        if (link.phase == Phase.STREAMING) {
            linkDownSince = now();
        }
        link.abandon();
        link = new MasterLink();
        master = newMaster;
        if (newMaster.isEmpty()) {
            branch();
            dropReplicas();
        } else {
            if (wasMaster) {
                linkDownSince = -1;
            }
            link.connect();
        }
        world.roleChanged(this);
    }

    // ---- INFO

    private InstanceInfo info() {
        var replicas =
                clients.stream().map(c -> c.follows).flatMap(Optional::stream).distinct().toList();
        return new InstanceInfo(
                "",
                Optional.of(runId),
                Optional.of(isMaster() ? InstanceInfo.Role.MASTER : InstanceInfo.Role.REPLICA),
                isMaster() ? replicas : List.of(),
                master,
                link.phase == Phase.STREAMING,
                linkDownFor(),
                // A master's INFO has no such line.
                isMaster() ? MISSING_PRIORITY : priority,
                isMaster() ? 0 : offset,
                true,
                isLoading(),
                link.phase == Phase.LOADING,
                false,
                offset > 0,
                Optional.of(history()));
    }

    private History history() {
        return secondReplicationId.isEmpty()
                ? new History(replicationId, Optional.empty(), offset, -1)
                : new History(
                        replicationId, Optional.of(secondReplicationId), offset, secondOffset + 1);
    }

    private Duration linkDownFor() {
        if (isMaster() || link.phase == Phase.STREAMING) {
            return Duration.ZERO;
        }
        return linkDownSince < 0
                ? Duration.ofSeconds(-1)
                : Duration.ofSeconds((now() - linkDownSince) / SECOND);
    }

    // ---- one who connected: a sentinel, or a replica

    @Override
    protected Side.End accepted(Side side) {
        var client = new Client(side);
        clients.add(client);
        return client;
    }

    private final class Client implements Side.End {
        private final Side side;
        private boolean subscribed;

        /** The address that a replica announces. */
        private Optional<Address> follows = Optional.empty();

        private boolean streaming;
        private long heardAt;

        private Client(Side side) {
            this.side = side;
            this.heardAt = now();
        }

        @Override
        public void opened() {}

        @Override
        public void closed(Cause cause) {
            clients.remove(this);
        }

        private void drop() {
            side.close();
            clients.remove(this);
        }

        @Override
        public void received(Wire message) {
            heardAt = now();
            switch (message) {
                case Wire.Ask(var request) -> answer(request);
                case Wire.Subscribe() -> subscribed = true;
                case Wire.Synchronize psync -> synchronize(psync);
                case Wire.Acknowledge _ -> {}
                default -> throw new IllegalStateException(name + " cannot take " + message);
            }
        }

        private void answer(Request request) {
            switch (request) {
                case Request.Ping() ->
                        side.send(
                                new Wire.Pinged(isLoading() ? PingReply.LOADING : PingReply.VALID));
                case Request.Info() -> side.send(new Wire.Informed(info()));
                case Request.PublishHello(var hello) -> {
                    publish(hello.encode());
                    side.send(new Wire.Published(true));
                }
                case Request.ReplicaOf(var newMaster) -> side.send(transaction(newMaster));
                case Request.ReplicaOfAlone(var newMaster) ->
                        side.send(new Wire.Transacted(obey(newMaster), Optional.empty()));
                case Request.ScriptKill() -> side.send(new Wire.ScriptKilled());
                case Request.AskMasterDown _, Request.AskMaster _, Request.AskVotes _ ->
                        throw new IllegalStateException(name + " is no sentinel: " + request);
            }
        }

        private Wire transaction(Optional<Address> newMaster) {
            if (refusesConfig && !isLoading()) {
                return new Wire.Transacted(
                        Optional.of(DISCARDED),
                        Optional.of(new Input.Discarded("CONFIG", "ERR unknown command 'CONFIG'")));
            }
            return new Wire.Transacted(transact(this, newMaster), Optional.empty());
        }

        private void publish(String hello) {
            tellSubscribers(hello);
            // A master's PUBLISH travels in the stream; a replica's stays where it is.
            if (isMaster()) {
                feed(hello.length() + 60L, Optional.of(hello));
            }
        }

        private void synchronize(Wire.Synchronize psync) {
            if (isLoading() || (!isMaster() && link.phase != Phase.STREAMING)) {
                side.send(new Wire.NotNow());
                return;
            }
            follows = Optional.of(psync.replica());
            if (canContinue(psync)) {
                streaming = true;
                side.send(new Wire.Continue(replicationId, offset));
            } else {
                // The time of fork and transfer; the snapshot is of its end, which spares the
                // buffer of what is written meanwhile.
                timer(dice.between(1000, longestTransfer), this::sendSnapshot);
            }
        }

        private void sendSnapshot() {
            if (!side.isClosed() && clients.contains(this)) {
                streaming = true;
                side.send(
                        new Wire.Snapshot(replicationId, offset, dice.between(1000, longestLoad)));
            }
        }

        private void pass(Wire.Stream piece) {
            if (streaming) {
                side.send(piece);
            }
        }

        private void hear(String hello) {
            if (subscribed) {
                side.send(new Wire.Message(hello));
            }
        }

        private void everySecond() {
            if (follows.isPresent() && streaming && now() - heardAt > REPLICATION_TIMEOUT) {
                drop();
            }
        }
    }

    private void tellSubscribers(String hello) {
        for (var client : clients) {
            client.hear(hello);
        }
    }

    // ---- the link to our master

    private enum Phase {
        DISCONNECTED,
        CONNECTING,
        HANDSHAKE,
        LOADING,
        STREAMING
    }

    /** One life as a replica of one master: from SLAVEOF to the next SLAVEOF. */
    private final class MasterLink implements Side.End {
        private Phase phase = Phase.DISCONNECTED;
        private Optional<Side> side = Optional.empty();
        private long heardAt;

        private void connect() {
            phase = Phase.CONNECTING;
            heardAt = now();
            side =
                    Optional.of(
                            world.network.connect(
                                    DataNode.this,
                                    master.orElseThrow(),
                                    REPLICATION_TIMEOUT,
                                    this));
        }

        private void abandon() {
            phase = Phase.DISCONNECTED;
            side.ifPresent(Side::close);
            side = Optional.empty();
        }

        private boolean isCurrent() {
            return link.equals(this) && !isMaster();
        }

        private void everySecond() {
            if (!isCurrent() || isLoading()) {
                return;
            }
            if (phase == Phase.DISCONNECTED) {
                connect();
            } else if (now() - heardAt > REPLICATION_TIMEOUT) {
                lost();
            } else if (phase == Phase.STREAMING) {
                send(new Wire.Acknowledge(offset));
            }
        }

        private void lost() {
            if (phase == Phase.STREAMING) {
                linkDownSince = now();
                world.tell(DataNode.this, "loses its master", master.orElseThrow());
            }
            abandon();
        }

        private void send(Wire message) {
            side.ifPresent(s -> s.send(message));
        }

        @Override
        public void opened() {
            phase = Phase.HANDSHAKE;
            heardAt = now();
            send(new Wire.Synchronize(address, replicationId, offset));
        }

        @Override
        public void closed(Cause cause) {
            lost();
        }

        @Override
        public void received(Wire message) {
            if (!isCurrent()) {
                return;
            }
            heardAt = now();
            switch (message) {
                case Wire.NotNow() -> lost();
                case Wire.Continue go -> goOn(go);
                case Wire.Snapshot snapshot -> load(snapshot);
                case Wire.Stream piece -> {
                    if (phase == Phase.STREAMING) {
                        apply(piece);
                    } else {
                        // What arrives while we load waits in the socket: the link is ours alone.
                        timer(loadingUntil - now(), () -> applyLate(piece));
                    }
                }
                default -> throw new IllegalStateException(name + " cannot take " + message);
            }
        }

        private void goOn(Wire.Continue go) {
            partialSyncs++;
            if (!go.replicationId().equals(replicationId)) {
                secondReplicationId = replicationId;
                secondOffset = offset;
                replicationId = go.replicationId();
                dropReplicas();
            }
            offset = go.offset();
            backlogStart = Math.max(backlogStart, offset - backlogBytes);
            streams("partial");
        }

        private void load(Wire.Snapshot snapshot) {
            fullSyncs++;
            phase = Phase.LOADING;
            dropReplicas();
            loadingUntil = now() + snapshot.loadMicros();
            replicationId = snapshot.replicationId();
            secondReplicationId = "";
            secondOffset = -1;
            offset = snapshot.offset();
            backlogStart = offset;
            timer(
                    snapshot.loadMicros(),
                    () -> {
                        if (isCurrent() && phase == Phase.LOADING) {
                            streams("full");
                            save();
                        }
                    });
        }

        private void streams(String how) {
            phase = Phase.STREAMING;
            followed.add(replicationId);
            world.tell(DataNode.this, "is in sync with", master.orElseThrow() + " (" + how + ")");
        }

        private void applyLate(Wire.Stream piece) {
            if (isCurrent() && phase == Phase.STREAMING) {
                apply(piece);
            }
        }

        private void apply(Wire.Stream piece) {
            offset = Objects.requireNonNull(piece).offset();
            forward(piece);
            piece.hello().ifPresent(DataNode.this::tellSubscribers);
        }
    }
}
