package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model of a Redis data node: role, run id, the replication history under a writer, partial and
 * full resynchronisation, INFO, and what the transaction of a sentinel does to it.
 *
 * <p>Every node that holds itself for a master takes writes, also the wrong one: the worst that
 * clients can do.
 */
final class DataNode extends Machine {
    static final long REPLICATION_TIMEOUT = 60_000_000;
    static final String DISCARDED = "EXECABORT Transaction discarded because of previous errors.";

    private static final long SECOND = 1_000_000;
    private static final long PING_REPLICAS_EVERY = 10 * SECOND;
    private static final int PING_BYTES = 14;
    private static final int MISSING_PRIORITY = 100;

    /** What it cannot do although it runs. */
    enum Incapacity {
        NONE,
        /** Writes are refused (OOM, NOREPLICAS); PING is answered by PONG. */
        WRITES,
        /** Its last save failed: writes are refused, and PING too, by MISCONF. */
        SAVING
    }

    final NodeDisk disk = new NodeDisk();
    final NodeClients clients = new NodeClients();
    private final Dice dice;
    private final ReplicationStream stream;
    private final NameService.Client names;

    // What an operator configures.
    int priority = 100;

    /** CONFIG is renamed or denied there: a transaction with it is discarded. */
    boolean refusesConfig;

    Incapacity incapacity = Incapacity.NONE;
    long writeEvery = 200_000;
    long snapshotEvery = 20 * SECOND;
    long longestTransfer = 400_000;
    long shortestLoad = 1_000;
    long longestLoad = 300_000;

    /** {@code replica-announce-ip}: the name by which a master lists it. */
    Optional<String> announcedName = Optional.empty();

    /** From its next start on another group's master lives at its address, with data and hellos. */
    boolean stranger;

    // What dies with the process.
    private String runId = "";
    private Optional<Address> master = Optional.empty();
    private MasterLink link = new MasterLink(this);
    private long linkDownSince = -1;
    private long loadingUntil;
    private long pausedUntil;
    private boolean script;
    private boolean foreignData;

    /** How far the wall clock is ahead of the true time. */
    private long clockAhead;

    private long lastDemotedAt = -1;

    /** What the names of masters stood for when they were last looked up. */
    private final Map<String, String> found = new HashMap<>();

    /** The histories of masters that this node was in sync with, in any life. */
    private final Set<String> followed = new LinkedHashSet<>();

    /** Resynchronisations that this node did as a replica, for the tests. */
    int fullSyncs;

    int partialSyncs;

    DataNode(World world, String name, Address address) {
        super(world, name, address);
        dice = world.dice.split();
        stream = new ReplicationStream(dice);
        names = world.names.new Client();
    }

    // ---- what the world sees

    boolean isMaster() {
        return master.isEmpty();
    }

    Optional<Address> master() {
        return master;
    }

    boolean isInSync() {
        return link.isStreaming();
    }

    long offset() {
        return stream.offset();
    }

    String replicationId() {
        return stream.id();
    }

    ReplicationStream stream() {
        return stream;
    }

    String runId() {
        return runId;
    }

    MasterLink link() {
        return link;
    }

    /** Another group's data are there: what must not be lost. */
    boolean isForeign() {
        return foreignData;
    }

    boolean hasFollowed(String history) {
        return followed.contains(history);
    }

    /** It is a master, or was one at that time or later. */
    boolean wasMasterSince(long micros) {
        return isMaster() || lastDemotedAt >= micros;
    }

    // ---- what is done to it

    /** CLIENT PAUSE: writes, and PUBLISH, wait. */
    void pauseWrites(long micros) {
        pausedUntil = Math.max(pausedUntil, world.queue.now() + micros);
        timer(micros, this::unpause);
    }

    private void unpause() {
        if (world.queue.now() >= pausedUntil) {
            clients.unpaused();
        }
    }

    boolean holdsUp(Wire message) {
        return world.queue.now() < pausedUntil
                && message instanceof Wire.Ask(Request.PublishHello _);
    }

    /** A script loops, and answers BUSY to all others until it is killed. */
    void runScript() {
        script = true;
    }

    void endScript() {
        script = false;
    }

    boolean runsScript() {
        return script;
    }

    void jumpClock(long micros) {
        clockAhead += micros;
    }

    /** The time that the process takes for the time of day, by which it measures timeouts too. */
    long wall() {
        return world.queue.now() + clockAhead;
    }

    /** It heard its master last at a time that its clock has yet to reach. */
    boolean waitsForItsClock() {
        return isAlive() && link.waitsForItsClock();
    }

    // ---- the process

    @Override
    protected void started() {
        runId = dice.id();
        master = disk.conf();
        link = new MasterLink(this);
        linkDownSince = -1;
        pausedUntil = 0;
        script = false;
        found.clear();
        foreignData = false;
        if (stranger) {
            startedAsStranger();
            return;
        }
        var kept = disk.data();
        stream.begin(kept);
        if (kept.isPresent() && isMaster()) {
            // A master that loads a snapshot takes a new id and keeps the old one as its second.
            stream.branch();
        }
        loadingUntil = kept.isPresent() ? now() + loadTime() : 0;
        timer(loadingUntil == 0 ? 0 : loadingUntil - now(), this::loaded);
        timer(SECOND, this::everySecond);
        timer(dice.between(0, writeEvery), this::write);
        timer(PING_REPLICAS_EVERY, this::pingReplicas);
        timer(snapshotEvery, this::saveNowAndThen);
    }

    private void startedAsStranger() {
        master = Optional.empty();
        stream.beginForeign();
        foreignData = true;
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
        if (isMaster()) {
            lastDemotedAt = now();
        }
    }

    private void loaded() {
        if (!isMaster()) {
            link.connect();
        }
    }

    private long now() {
        return world.queue.now();
    }

    boolean isLoading() {
        return now() < loadingUntil;
    }

    long loadingLeft() {
        return loadingUntil - now();
    }

    long loadTime() {
        return dice.between(shortestLoad, longestLoad);
    }

    long transferTime() {
        return dice.between(1000, longestTransfer);
    }

    private void everySecond() {
        link.everySecond();
        clients.everySecond();
        timer(SECOND, this::everySecond);
    }

    private void write() {
        if (isMaster() && !isLoading() && now() >= pausedUntil && incapacity == Incapacity.NONE) {
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
        if (!isLoading() && !stranger) {
            disk.save(stream.save());
        }
    }

    // ---- the stream that its replicas follow

    private void feed(long bytes, Optional<String> hello) {
        stream.grow(bytes);
        clients.pass(new Wire.Stream(stream.offset(), hello));
    }

    void publish(String hello) {
        tellSubscribers(hello);
        // A master's PUBLISH travels in the stream; a replica's stays where it is.
        if (isMaster()) {
            feed(hello.length() + 60L, Optional.of(hello));
        }
    }

    /** Above TCP nothing is repeated or overtaken but by resending: that is drawn here. */
    private void tellSubscribers(String hello) {
        long delay = world.network.helloDelay();
        if (delay > 0) {
            timer(delay, () -> clients.hear(hello));
        } else {
            clients.hear(hello);
        }
        if (world.network.repeatsHello()) {
            timer(dice.between(0, 3 * SECOND), () -> clients.hear(hello));
        }
    }

    boolean servesReplicas() {
        return !isLoading() && (isMaster() || link.isStreaming());
    }

    @Override
    protected Side.End accepted(Side side) {
        var client = new NodeClient(this, side);
        clients.add(client);
        return client;
    }

    // ---- SLAVEOF

    Optional<String> obey(Optional<Address> newMaster) {
        if (isLoading()) {
            return Optional.of(DISCARDED);
        }
        if (!newMaster.equals(master)) {
            follow(newMaster);
        }
        return Optional.empty();
    }

    Optional<String> transact(NodeClient caller, Optional<Address> newMaster) {
        var refused = obey(newMaster);
        if (refused.isPresent()) {
            return refused;
        }
        if (!stranger) {
            disk.replaceConf(master);
        }
        clients.killAllBut(Optional.of(caller));
        return Optional.empty();
    }

    void follow(Optional<Address> newMaster) {
        world.tell(this, "becomes", newMaster.map(a -> "a replica of " + a).orElse("a master"));
        boolean wasMaster = isMaster();
        if (link.isStreaming()) {
            linkDownSince = wall();
        }
        link.abandon();
        link = new MasterLink(this);
        master = newMaster;
        if (newMaster.isEmpty()) {
            stream.branch();
            clients.dropReplicas();
        } else {
            if (wasMaster) {
                linkDownSince = -1;
                lastDemotedAt = now();
            }
            link.connect();
        }
        world.roleChanged(this);
    }

    // ---- the link to our master

    /** Absent as long as a name has to be looked up: the next second tries again. */
    Optional<Side> connectToMaster(MasterLink end) {
        var target = master.orElseThrow();
        if (!world.names.isName(target.host())) {
            return Optional.of(world.network.connect(this, target, REPLICATION_TIMEOUT, end));
        }
        int life = life();
        names.find(
                target.host(),
                _ -> {},
                ips ->
                        deliver(
                                life,
                                () ->
                                        ips.stream()
                                                .findFirst()
                                                .ifPresent(ip -> found.put(target.host(), ip))));
        return Optional.ofNullable(found.get(target.host()))
                .map(
                        ip ->
                                world.network.connect(
                                        this,
                                        new Address(ip, target.port()),
                                        REPLICATION_TIMEOUT,
                                        end));
    }

    Wire synchronize() {
        return new Wire.Synchronize(
                announcedName.map(name -> new Address(name, at().port())).orElse(at()),
                stream.id(),
                stream.offset());
    }

    void linkLost() {
        linkDownSince = wall();
        world.tell(this, "loses its master", master.orElseThrow());
    }

    void goesOn(Wire.Continue go) {
        partialSyncs++;
        if (stream.goOn(go)) {
            clients.dropReplicas();
        }
    }

    void loads(Wire.Snapshot snapshot) {
        foreignData = false;
        fullSyncs++;
        clients.dropReplicas();
        loadingUntil = now() + snapshot.loadMicros();
        stream.load(snapshot);
    }

    void inSync(String how) {
        followed.add(stream.id());
        world.tell(this, "is in sync with", master.orElseThrow() + " (" + how + ")");
    }

    void apply(Wire.Stream piece) {
        stream.reach(piece.offset());
        clients.pass(piece);
        piece.hello().ifPresent(this::tellSubscribers);
    }

    // ---- INFO

    InstanceInfo info() {
        return new InstanceInfo(
                "",
                Optional.of(runId),
                Optional.of(isMaster() ? InstanceInfo.Role.MASTER : InstanceInfo.Role.REPLICA),
                isMaster() ? clients.replicas() : List.of(),
                master,
                link.isStreaming(),
                linkDownFor(),
                // A master's INFO has no such line.
                isMaster() ? MISSING_PRIORITY : priority,
                isMaster() ? 0 : offset(),
                true,
                isLoading(),
                link.phase() == MasterLink.Phase.LOADING,
                false,
                offset() > 0,
                Optional.of(stream.history()),
                Optional.empty());
    }

    private Duration linkDownFor() {
        if (isMaster() || link.isStreaming()) {
            return Duration.ZERO;
        }
        return linkDownSince < 0
                ? Duration.ofSeconds(-1)
                : Duration.ofSeconds(Math.max(0, (wall() - linkDownSince) / SECOND));
    }
}
