package dev.vedette.sentinel.command;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.ReplyWriter;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.InstanceFlag;
import dev.vedette.sentinel.core.InstanceInfo.Role;
import dev.vedette.sentinel.core.InstanceView;
import dev.vedette.sentinel.core.MasterView;
import dev.vedette.sentinel.core.ReplicaView;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelView;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One instance as SENTINEL MASTER, REPLICAS and SENTINELS show it: fields in the order of Redis
 * (sentinel.c, addReplySentinelRedisInstance). Client libraries read them by name and miss each one
 * that is not there.
 */
final class InstanceReply {
    private final List<String> fields = new ArrayList<>();

    private InstanceReply() {}

    static void master(ReplyWriter out, MasterView master) {
        var reply = new InstanceReply();
        reply.common(master.instance(), master.failover());
        reply.info(master.infoAge(), master.roleReported(), master.roleReportedFor());
        reply.field("config-epoch", master.configEpoch());
        reply.field("num-slaves", master.replicas().size());
        reply.field("num-other-sentinels", master.sentinels().size());
        reply.field("quorum", master.quorum());
        reply.field("failover-timeout", master.options().failoverTimeout());
        reply.field("parallel-syncs", master.options().parallelSyncs());
        master.options()
                .notificationScript()
                .ifPresent(path -> reply.field("notification-script", path));
        master.options()
                .clientReconfigScript()
                .ifPresent(path -> reply.field("client-reconfig-script", path));
        reply.write(out);
    }

    static void replica(ReplyWriter out, ReplicaView replica) {
        var reply = new InstanceReply();
        reply.common(replica.instance(), FailoverPhase.NONE);
        reply.info(replica.infoAge(), replica.roleReported(), replica.roleReportedFor());
        reply.field("master-link-down-time", replica.masterLinkDownFor());
        reply.field("master-link-status", replica.masterLinkUp() ? "ok" : "err");
        reply.field("master-host", replica.masterAddress().map(Address::host).orElse("?"));
        reply.field("master-port", replica.masterAddress().map(Address::port).orElse(0));
        reply.field("slave-priority", replica.priority());
        reply.field("slave-repl-offset", replica.offset());
        reply.field("replica-announced", replica.announced() ? 1 : 0);
        reply.write(out);
    }

    static void sentinel(ReplyWriter out, SentinelView sentinel) {
        var reply = new InstanceReply();
        reply.common(sentinel.instance(), FailoverPhase.NONE);
        reply.field("last-hello-message", sentinel.lastHello());
        reply.field("voted-leader", sentinel.votedLeader().map(SentinelId::text).orElse("?"));
        reply.field("voted-leader-epoch", sentinel.votedLeaderEpoch());
        reply.write(out);
    }

    private void common(InstanceView instance, FailoverPhase failover) {
        field("name", instance.name());
        field("ip", instance.address().host());
        field("port", instance.address().port());
        field("runid", instance.runId().orElse(""));
        field(
                "flags",
                instance.flags().stream().map(InstanceFlag::text).collect(Collectors.joining(",")));
        field("link-pending-commands", instance.pendingCommands());
        field("link-refcount", instance.linkRefcount());
        if (failover != FailoverPhase.NONE) {
            field("failover-state", failover.text());
        }
        field("last-ping-sent", instance.lastPingSent());
        field("last-ok-ping-reply", instance.lastOkPingReply());
        field("last-ping-reply", instance.lastPingReply());
        instance.subjectivelyDownFor().ifPresent(time -> field("s-down-time", time));
        instance.objectivelyDownFor().ifPresent(time -> field("o-down-time", time));
        field("down-after-milliseconds", instance.downAfter());
    }

    private void info(Optional<Duration> age, Role role, Duration roleFor) {
        field("info-refresh", age.orElse(Duration.ZERO));
        field("role-reported", role == Role.MASTER ? "master" : "slave");
        field("role-reported-time", roleFor);
    }

    private void field(String name, String value) {
        fields.add(name);
        fields.add(value);
    }

    private void field(String name, long value) {
        field(name, Long.toString(value));
    }

    private void field(String name, Duration value) {
        field(name, value.toMillis());
    }

    private void write(ReplyWriter out) {
        out.map(fields.size() / 2);
        fields.forEach(out::bulk);
    }
}
