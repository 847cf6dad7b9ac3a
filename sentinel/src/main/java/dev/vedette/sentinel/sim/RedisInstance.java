package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;
import dev.vedette.sentinel.core.Input.PingReply;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;

import java.util.ArrayDeque;
import java.util.Optional;

/**
 * A master, replica or peer as a sentinel of Redis keeps it: two connections that are tried again
 * once a second, the times of the last pings and answers, and whether it is down. All times are the
 * sentinel's wall clock.
 */
final class RedisInstance {
    private static final long SECOND = 1_000_000;
    private static final long PING_PERIOD = SECOND;
    private static final long INFO_PERIOD = 10 * SECOND;
    private static final long PUBLISH_PERIOD = 2 * SECOND;
    private static final long OLD_LINK = 15 * SECOND;
    private static final int MOST_PENDING = 100;

    enum Kind {
        MASTER,
        REPLICA,
        SENTINEL
    }

    /** How far a replica is in following the new master. */
    enum Reconf {
        NONE,
        SENT,
        IN_PROGRESS,
        DONE
    }

    final RedisSentinel sentinel;
    final Kind kind;
    final Address address;

    // The links.
    Optional<Side> command = Optional.empty();
    private Optional<Side> pubsub = Optional.empty();
    private Optional<Command> current = Optional.empty();
    private boolean commandOpen;
    private boolean pubsubOpen;
    private ArrayDeque<Request> pending = new ArrayDeque<>();
    private long openedAt;
    private long pubsubOpenedAt;
    private long messageAt;
    private long triedAt = Long.MIN_VALUE / 2;
    private long pingSince;
    private long pingSentAt;
    private long answeredAt;
    private long availableAt;
    private long helloAt;

    // What is thought of it.
    boolean down;
    long downSince = Long.MIN_VALUE / 2;
    long infoAt = -1;
    boolean saysMaster;
    long roleSince;
    String runId = "";

    // A replica.
    Optional<Address> follows = Optional.empty();
    long followsSince;
    boolean linkUp;
    long linkDownFor;
    int priority = 100;
    long offset;
    Reconf reconf = Reconf.NONE;
    long reconfAt;

    // A peer.
    private final Optional<SentinelId> id;
    boolean saysDown;
    long saidAt;
    Optional<SentinelId> votedFor = Optional.empty();
    long votedIn;

    RedisInstance(RedisSentinel sentinel, Kind kind, Address address, Optional<SentinelId> id) {
        this.sentinel = sentinel;
        this.kind = kind;
        this.address = address;
        this.id = id;
        long now = sentinel.wall();
        pingSince = now;
        answeredAt = now;
        availableAt = now;
        helloAt = now;
        roleSince = now;
        followsSince = now;
        saysMaster = kind == Kind.MASTER;
    }

    /** Of a peer. */
    SentinelId id() {
        return id.orElseThrow();
    }

    boolean connected() {
        return commandOpen && (kind == Kind.SENTINEL || pubsubOpen);
    }

    boolean canSend() {
        return commandOpen;
    }

    long availableAt() {
        return availableAt;
    }

    // ---- every tick

    void reconnect(long now) {
        if (connected() || now - triedAt < PING_PERIOD) {
            return;
        }
        triedAt = now;
        if (!commandOpen) {
            command.ifPresent(Side::reset);
            pending = new ArrayDeque<>();
            current = Optional.of(new Command(pending));
            command = Optional.of(sentinel.connect(address, current.get()));
        }
        if (kind != Kind.SENTINEL && !pubsubOpen) {
            pubsub.ifPresent(Side::reset);
            pubsub = Optional.of(sentinel.connect(address, new PubSub()));
        }
    }

    void sendPeriodic(long now, boolean hurry) {
        if (!commandOpen || pending.size() >= MOST_PENDING) {
            return;
        }
        long infoPeriod =
                kind == Kind.REPLICA && (hurry || linkDownFor != 0) ? SECOND : INFO_PERIOD;
        long pingPeriod = Math.min(sentinel.downAfter(), PING_PERIOD);
        if (kind != Kind.SENTINEL && (infoAt < 0 || now - infoAt > infoPeriod)) {
            send(new Request.Info());
        }
        if (now - answeredAt > pingPeriod && now - pingSentAt > pingPeriod / 2) {
            ping(now);
        }
        if (now - helloAt > PUBLISH_PERIOD) {
            hello();
        }
    }

    void hello() {
        if (commandOpen) {
            send(new Request.PublishHello(sentinel.hello()));
        }
    }

    private void ping(long now) {
        pingSentAt = now;
        if (pingSince == 0) {
            pingSince = now;
        }
        send(new Request.Ping());
    }

    void send(Request request) {
        pending.add(request);
        command.ifPresent(side -> side.send(new Wire.Ask(request)));
    }

    void closeStuck(long now) {
        long half = sentinel.downAfter() / 2;
        if (commandOpen
                && now - openedAt > OLD_LINK
                && pingSince != 0
                && now - pingSince > half
                && now - answeredAt > half) {
            command.ifPresent(Side::close);
            lostCommand();
        }
        if (pubsubOpen && now - pubsubOpenedAt > OLD_LINK && now - messageAt > 3 * PUBLISH_PERIOD) {
            pubsub.ifPresent(Side::close);
            pubsubOpen = false;
        }
    }

    /** Whether its state changed. */
    boolean judge(long now) {
        long silent = 0;
        if (pingSince != 0) {
            silent = now - pingSince;
        } else if (!connected()) {
            silent = now - availableAt;
        }
        boolean demoted =
                kind == Kind.MASTER
                        && !saysMaster
                        && now - roleSince > sentinel.downAfter() + 2 * INFO_PERIOD;
        boolean nowDown = silent > sentinel.downAfter() || demoted;
        if (nowDown == down) {
            return false;
        }
        down = nowDown;
        if (down) {
            downSince = now;
        }
        return true;
    }

    boolean notDownWithin(long time, long now) {
        return !down && now - downSince > time;
    }

    // ---- the links

    private void lostCommand() {
        commandOpen = false;
    }

    void release() {
        command.ifPresent(Side::close);
        pubsub.ifPresent(Side::close);
    }

    private final class Command implements Side.End {
        private final ArrayDeque<Request> asked;

        private Command(ArrayDeque<Request> asked) {
            this.asked = asked;
        }

        @Override
        public void opened() {
            commandOpen = true;
            openedAt = sentinel.wall();
            ping(openedAt);
        }

        @Override
        public void closed(Cause cause) {
            if (current.equals(Optional.of(this))) {
                lostCommand();
            }
        }

        @Override
        public void received(Wire message) {
            var request = asked.remove();
            long now = sentinel.wall();
            switch (message) {
                case Wire.Pinged(var reply) -> pong(reply, now);
                case Wire.Informed(var info) -> sentinel.group().informed(RedisInstance.this, info);
                case Wire.Published(var accepted) -> {
                    if (accepted) {
                        helloAt = now;
                    }
                }
                case Wire.MasterDown(var says, var leader, var epoch) -> {
                    saidAt = now;
                    saysDown = says;
                    if (leader.isPresent()) {
                        votedFor = leader;
                        votedIn = epoch;
                    }
                }
                case Wire.Transacted _, Wire.ScriptKilled _ -> {}
                default -> throw new IllegalStateException(request + " answered by " + message);
            }
        }

        private void pong(PingReply reply, long now) {
            switch (reply) {
                case VALID, LOADING, MASTERDOWN -> {
                    availableAt = now;
                    pingSince = 0;
                }
                case BUSY, OTHER -> {
                    if (reply == PingReply.BUSY && down) {
                        send(new Request.ScriptKill());
                    }
                }
            }
            answeredAt = now;
        }
    }

    private final class PubSub implements Side.End {
        @Override
        public void opened() {
            pubsubOpen = true;
            pubsubOpenedAt = sentinel.wall();
            messageAt = pubsubOpenedAt;
            pubsub.ifPresent(side -> side.send(new Wire.Subscribe()));
        }

        @Override
        public void closed(Cause cause) {
            pubsubOpen = false;
        }

        @Override
        public void received(Wire message) {
            messageAt = sentinel.wall();
            if (message instanceof Wire.Message(var payload)) {
                sentinel.group().heard(payload);
            }
        }
    }
}
