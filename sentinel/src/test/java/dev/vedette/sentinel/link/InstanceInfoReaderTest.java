package dev.vedette.sentinel.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.InstanceInfo.Pulse;
import dev.vedette.sentinel.core.InstanceInfo.Role;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

class InstanceInfoReaderTest {
    private static final String RUN_ID = "7c485504a86b1c35f2af9e54beb3f52dacda6278";

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    @Test
    void aMasterTellsItsRunIdAndItsReplicasInBothSpellings() {
        var info =
                InstanceInfoReader.read(
                        lines(
                                "# Server",
                                "run_id:" + RUN_ID,
                                "# Replication",
                                "role:master",
                                "connected_slaves:3",
                                "slave0:ip=127.0.0.1,port=6380,state=online,offset=14,lag=1",
                                "slave1:10.0.0.9,6381,online",
                                "slave2:ip=::1,port=6382,state=online,offset=14,lag=1"));

        assertEquals(Optional.of(RUN_ID), info.runId());
        assertEquals(Optional.of(Role.MASTER), info.role());
        assertEquals(
                List.of(
                        new Address("127.0.0.1", 6380),
                        new Address("10.0.0.9", 6381),
                        new Address("::1", 6382)),
                info.replicas());
    }

    @Test
    void aNodeTellsWhereItsDataComeFromAndWhetherItHasAnyYet() {
        var id = "6da3c48c074f1e2f684fb0278d5357283fff2613";
        var parent = "0123456789abcdef0123456789abcdef01234567";
        var info =
                InstanceInfoReader.read(
                        lines(
                                "loading:1",
                                "loading_start_time:0",
                                "aof_enabled:1",
                                "role:slave",
                                "master_sync_in_progress:1",
                                "master_replid:" + id,
                                "master_replid2:" + parent,
                                "master_repl_offset:4711",
                                "second_repl_offset:4001",
                                "db3:keys=12,expires=0,avg_ttl=0"));

        assertTrue(info.loading());
        assertTrue(info.syncing());
        assertTrue(info.appendOnly());
        assertTrue(info.holdsKeys());
        assertEquals(Optional.of(new History(id, Optional.of(parent), 4711, 4001)), info.history());
    }

    private static Optional<Pulse> pulse(String status, String lastByte, String heartbeat) {
        return InstanceInfoReader.read(
                        lines(
                                "role:slave",
                                "master_link_status:" + status,
                                "master_last_io_seconds_ago:0",
                                "master_last_io_milliseconds_ago:" + lastByte,
                                "master_heartbeat_milliseconds:" + heartbeat))
                .pulse();
    }

    @Test
    void aReplicaTellsWhenItLastHeardAMasterThatBeats() {
        assertEquals(
                Optional.of(new Pulse(Duration.ofMillis(73), Duration.ofMillis(100))),
                pulse("up", "73", "100"));
        assertEquals(Optional.empty(), pulse("down", "73", "100"));
        assertEquals(Optional.empty(), pulse("up", "-1", "100"));
        assertEquals(Optional.empty(), pulse("up", "73", "0"));
        assertEquals(Optional.empty(), pulse("up", "73", "-100"));
        assertEquals(Optional.empty(), pulse("up", "73", "x"));
        var redis =
                lines("role:slave", "master_link_status:up", "master_last_io_milliseconds_ago:7");
        assertEquals(Optional.empty(), InstanceInfoReader.read(redis).pulse());
    }

    @Test
    void withTheTimesOfALiarOneCanStillReckon() {
        var told = pulse("up", "9223372036854775807", "99999999999999999999").orElseThrow();
        var days = Duration.ofDays(100);
        assertEquals(new Pulse(days, days), told);
    }

    @Test
    void aHistoryWithoutParentOrWithABrokenIdIsNone() {
        var id = "6da3c48c074f1e2f684fb0278d5357283fff2613";
        var first =
                InstanceInfoReader.read(
                        lines(
                                "role:master",
                                "master_replid:" + id,
                                "master_replid2:" + "0".repeat(40),
                                "master_repl_offset:0",
                                "second_repl_offset:-1"));
        assertEquals(Optional.of(new History(id, Optional.empty(), 0, -1)), first.history());
        assertFalse(first.loading() || first.syncing() || first.appendOnly() || first.holdsKeys());

        var broken = InstanceInfoReader.read(lines("role:master", "master_replid:" + id + "0"));
        assertEquals(Optional.empty(), broken.history());
    }

    @Test
    void aReplicaTellsWhomItFollowsAndHowWell() {
        var info =
                InstanceInfoReader.read(
                        lines(
                                "run_id:" + RUN_ID,
                                "role:slave",
                                "master_host:127.0.0.1",
                                "master_port:6379",
                                "master_link_status:down",
                                "slave_repl_offset:1234567890123",
                                "master_link_down_since_seconds:17",
                                "slave_priority:25",
                                "replica_announced:0"));

        assertEquals(Optional.of(Role.REPLICA), info.role());
        assertEquals(Optional.of(new Address("127.0.0.1", 6379)), info.masterAddress());
        assertFalse(info.masterLinkUp());
        assertEquals(Duration.ofSeconds(17), info.masterLinkDownFor());
        assertEquals(25, info.replicaPriority());
        assertEquals(1_234_567_890_123L, info.replicaOffset());
        assertFalse(info.replicaAnnounced());
    }

    @Test
    void fieldsThatAreMissingHaveTheValuesThatRedisAssumes() {
        var info = InstanceInfoReader.read(lines("role:slave"));

        assertEquals(Optional.empty(), info.runId());
        assertEquals(Optional.empty(), info.masterAddress());
        assertEquals(Duration.ZERO, info.masterLinkDownFor());
        assertEquals(100, info.replicaPriority());
        assertEquals(0, info.replicaOffset());
        assertTrue(info.replicaAnnounced());
    }

    @Test
    void aReplicaThatNeverSyncedIsDownForMinusOneSecond() {
        var info =
                InstanceInfoReader.read(lines("role:slave", "master_link_down_since_seconds:-1"));
        assertEquals(Duration.ofSeconds(-1), info.masterLinkDownFor());
    }

    @Test
    void fieldsOfAReplicaCountOnlyBehindItsRole() {
        var info =
                InstanceInfoReader.read(lines("slave_priority:1", "master_host:h", "role:slave"));
        assertEquals(100, info.replicaPriority());
        assertEquals(Optional.empty(), info.masterAddress());
    }

    @Test
    void brokenLinesTeachNothingAndHarmNobody() {
        var info =
                InstanceInfoReader.read(
                        lines(
                                "run_id:short",
                                "slave0:",
                                "slave1:ip=",
                                "slave2:ip=,port=1,",
                                "slave3:ip=10.0.0.1,port=99999,x",
                                "slave4:ip=10.0.0.1,port=99999999999999999999,x",
                                "role:sentinel",
                                "s",
                                "",
                                "role:slave",
                                "slave_repl_offset:99999999999999999999999",
                                "slave_priority:abc"));

        assertEquals(List.of(), info.replicas());
        assertEquals(Optional.of(Role.REPLICA), info.role());
        assertEquals(Optional.empty(), info.runId());
        assertEquals(Long.MAX_VALUE, info.replicaOffset());
        assertEquals(0, info.replicaPriority());
    }
}
