package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.protocol.net.Address;
import dev.vedette.server.replication.Heartbeat;
import dev.vedette.server.replication.ReplicaOptions;
import dev.vedette.server.replication.Replication;
import dev.vedette.server.session.Session;

import java.util.List;

/** The commands between masters and replicas, and those that make them so. */
public final class ReplicationCommands {
    private static final String NOT_FOR_REPLICAS =
            "ERR Command is not valid when client is a replica.";
    private static final String INVALID_PORT = "ERR Invalid master port";
    private static final String CUT_OFF =
            "NOMASTERLINK Can't SYNC while not connected with my master";
    private static final String PENDING_OUTPUT =
            "ERR SYNC and PSYNC are invalid with pending output";
    private static final String WAIT_ON_REPLICA =
            "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0"
                    + " if a replica is configured to be writable (which is not the default) writes"
                    + " to replicas are just local and are not propagated.";

    private final Replication replication;

    public ReplicationCommands(Replication replication) {
        this.replication = replication;
    }

    /** The rows of the group "server". */
    public List<Command> serverRows() {
        String admin = "@admin @slow @dangerous";
        return List.of(
                row("psync", -3, "admin noscript no_async_loading no_multi", admin, "2.8.0")
                        .about("Makes this connection a replica's that goes on where it ended.")
                        .does(this::psync),
                row("replconf", -1, "admin noscript loading stale allow_busy", admin, "3.0.0")
                        .about("What replica and master tell each other besides the data.")
                        .does(this::replconf),
                row("replicaof", 3, "admin noscript stale no_async_loading", admin, "5.0.0")
                        .about("Makes the server a replica of another, or a master.")
                        .does(this::replicaOf),
                row("role", 1, "noscript loading stale fast", "@admin @fast @dangerous", "2.8.12")
                        .about("Tells whether this is a master or a replica, and how far it is.")
                        .does(ctx -> replication.role(ctx.reply())),
                row("slaveof", 3, "admin noscript stale no_async_loading", admin, "1.0.0")
                        .deprecated("5.0.0")
                        .about("Makes the server a replica of another, or a master.")
                        .does(this::replicaOf),
                row("sync", 1, "admin noscript no_async_loading no_multi", admin, "1.0.0")
                        .about("Makes this connection a replica's that gets everything.")
                        .does(this::sync));
    }

    /** The rows of the group "generic". */
    public List<Command> genericRows() {
        return List.of(
                row("wait", 3, "noscript", "@slow @connection", "3.0.0")
                        .tips("request_policy:all_shards response_policy:agg_min")
                        .about("Waits until replicas have the client's last write.")
                        .does(this::waitForReplicas));
    }

    // ---- role

    private void replicaOf(CommandContext ctx) {
        if (ctx.session().kind() == Session.Kind.REPLICA) {
            throw new CommandError(NOT_FOR_REPLICAS);
        }
        if (ctx.is(1, "no") && ctx.is(2, "one")) {
            replication.promote(ctx.session().toString());
            ctx.ok();
            return;
        }
        int port = (int) ctx.integer(2, 0, 65535, INVALID_PORT);
        String host = ctx.text(1);
        if (host.isEmpty() || host.length() > Address.MAX_HOST_CHARS) {
            throw new CommandError("ERR Invalid master host");
        }
        if (replication.follow(new Address(host, port), ctx.session().toString())) {
            ctx.ok();
        } else {
            ctx.reply().simple("OK Already connected to specified master");
        }
    }

    // ---- replicas ask

    private void replconf(CommandContext ctx) {
        if (ctx.count() % 2 == 0) {
            throw CommandError.syntax();
        }
        boolean promised = false;
        for (int i = 1; i < ctx.count(); i += 2) {
            if (ctx.is(i, "ack")) {
                acknowledged(ctx, i + 1);
                return;
            }
            if (ctx.is(i, "getack")) {
                if (ctx.isFromMaster()) {
                    replication.acknowledgeToMaster();
                }
                return;
            }
            option(ctx, i, replication.followers().options(ctx.session()));
            promised |= ctx.is(i, "capa") && ctx.is(i + 1, Heartbeat.CAPABILITY);
        }
        if (promised) {
            ctx.reply().simple(Heartbeat.PROMISE);
        } else {
            ctx.ok();
        }
    }

    /** Never answered, whoever says it. */
    private void acknowledged(CommandContext ctx, int index) {
        if (ctx.session().kind() == Session.Kind.REPLICA) {
            try {
                replication.followers().acknowledged(ctx.session(), ctx.integer(index));
            } catch (CommandError e) {
                // No offset: as if nothing had been said.
                return;
            }
        }
    }

    private static void option(CommandContext ctx, int i, ReplicaOptions options) {
        if (ctx.is(i, "listening-port")) {
            options.listeningPort((int) ctx.integer(i + 1, 0, 65535, CommandError.NOT_AN_INTEGER));
        } else if (ctx.is(i, "ip-address")) {
            if (ctx.word(i + 1).length > Address.MAX_HOST_CHARS) {
                throw new CommandError(
                        "ERR REPLCONF ip-address provided by replica instance is too long: "
                                + ctx.word(i + 1).length
                                + " bytes");
            }
            options.announcedHost(ctx.text(i + 1));
        } else if (ctx.is(i, "capa")) {
            if (ctx.is(i + 1, "eof")) {
                options.takesEndMark();
            } else if (ctx.is(i + 1, "psync2")) {
                options.takesNewId();
            } else if (ctx.is(i + 1, Heartbeat.CAPABILITY)) {
                options.heartbeatWanted();
            }
        } else if (ctx.is(i, "rdb-only")) {
            options.snapshotOnly(
                    ctx.integer(i + 1, 0, 1, "ERR value is out of range, must be between 0 and 1")
                            == 1);
        } else {
            throw new CommandError("ERR Unrecognized REPLCONF option: " + ctx.text(i));
        }
    }

    private void psync(CommandContext ctx) {
        if (mayNotSync(ctx)) {
            return;
        }
        long offset = ctx.integer(2);
        replication.followers().psync(ctx.session(), ctx.text(1), offset);
    }

    private void sync(CommandContext ctx) {
        if (!mayNotSync(ctx)) {
            replication.followers().sync(ctx.session());
        }
    }

    private boolean mayNotSync(CommandContext ctx) {
        if (ctx.session().kind() == Session.Kind.REPLICA) {
            // It is one already; anything written here would end up in its stream.
            return true;
        }
        if (replication.isCutOff()) {
            throw new CommandError(CUT_OFF);
        }
        if (ctx.session().output().waitingBytes() > 0) {
            throw new CommandError(PENDING_OUTPUT);
        }
        return false;
    }

    // ---- WAIT

    private void waitForReplicas(CommandContext ctx) {
        if (replication.isReplica()) {
            throw new CommandError(WAIT_ON_REPLICA);
        }
        long wanted = ctx.integer(1);
        long millis = ctx.integer(2, "ERR timeout is not an integer or out of range");
        if (millis < 0) {
            throw new CommandError("ERR timeout is negative");
        }
        int have = replication.followers().acknowledged(ctx.session().lastWriteOffset());
        if (have >= wanted || ctx.isInsideExec()) {
            ctx.reply().integer(have);
        } else {
            replication.followers().await(ctx.session(), wanted, millis);
        }
    }
}
