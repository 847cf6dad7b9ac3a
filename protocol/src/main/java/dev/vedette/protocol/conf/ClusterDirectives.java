package dev.vedette.protocol.conf;

import java.util.List;

/** Redis Cluster, which neither daemon serves: known so that they are refused by name. */
public final class ClusterDirectives {
    public static final Directive<Boolean> CLUSTER_ALLOW_PUBSUBSHARD_WHEN_DOWN =
            Directive.of("cluster-allow-pubsubshard-when-down", Syntax.yesNo(), true);
    public static final Directive<Boolean> CLUSTER_ALLOW_READS_WHEN_DOWN =
            Directive.of("cluster-allow-reads-when-down", Syntax.yesNo(), false);
    public static final Directive<Boolean> CLUSTER_ALLOW_REPLICA_MIGRATION =
            Directive.of("cluster-allow-replica-migration", Syntax.yesNo(), true);
    public static final Directive<Integer> CLUSTER_ANNOUNCE_BUS_PORT =
            Directive.of("cluster-announce-bus-port", Syntax.integer(0, 65535), 0);
    public static final Directive<String> CLUSTER_ANNOUNCE_HOSTNAME =
            Directive.of("cluster-announce-hostname", Syntax.text(), "");
    public static final Directive<String> CLUSTER_ANNOUNCE_HUMAN_NODENAME =
            Directive.of("cluster-announce-human-nodename", Syntax.text(), "");
    public static final Directive<String> CLUSTER_ANNOUNCE_IP =
            Directive.of("cluster-announce-ip", Syntax.text(), "");
    public static final Directive<Integer> CLUSTER_ANNOUNCE_PORT =
            Directive.of("cluster-announce-port", Syntax.integer(0, 65535), 0);
    public static final Directive<Integer> CLUSTER_ANNOUNCE_TLS_PORT =
            Directive.of("cluster-announce-tls-port", Syntax.integer(0, 65535), 0);
    public static final Directive<String> CLUSTER_CONFIG_FILE =
            Directive.of("cluster-config-file", Syntax.text(), "nodes.conf").atStart();
    public static final Directive<Boolean> CLUSTER_ENABLED =
            Directive.of("cluster-enabled", Syntax.yesNo(), false).atStart();
    public static final Directive<Long> CLUSTER_LINK_SENDBUF_LIMIT =
            Directive.of("cluster-link-sendbuf-limit", Syntax.memory(0), 0L);
    public static final Directive<Integer> CLUSTER_MIGRATION_BARRIER =
            Directive.of("cluster-migration-barrier", Syntax.integer(0, Integer.MAX_VALUE), 1);
    public static final Directive<Long> CLUSTER_NODE_TIMEOUT =
            Directive.of("cluster-node-timeout", Syntax.number(0, Long.MAX_VALUE), 15000L);
    public static final Directive<Integer> CLUSTER_PORT =
            Directive.of("cluster-port", Syntax.integer(0, 65535), 0).atStart();
    public static final Directive<String> CLUSTER_PREFERRED_ENDPOINT_TYPE =
            Directive.of(
                    "cluster-preferred-endpoint-type",
                    Syntax.choice("ip", "hostname", "unknown-endpoint"),
                    "ip");
    public static final Directive<Boolean> CLUSTER_REPLICA_NO_FAILOVER =
            Directive.of("cluster-replica-no-failover", Syntax.yesNo(), false)
                    .alias("cluster-slave-no-failover");
    public static final Directive<Integer> CLUSTER_REPLICA_VALIDITY_FACTOR =
            Directive.of(
                            "cluster-replica-validity-factor",
                            Syntax.integer(0, Integer.MAX_VALUE),
                            10)
                    .alias("cluster-slave-validity-factor");
    public static final Directive<Boolean> CLUSTER_REQUIRE_FULL_COVERAGE =
            Directive.of("cluster-require-full-coverage", Syntax.yesNo(), true);

    static final List<Directive<?>> ROWS =
            List.of(
                    CLUSTER_ALLOW_PUBSUBSHARD_WHEN_DOWN,
                    CLUSTER_ALLOW_READS_WHEN_DOWN,
                    CLUSTER_ALLOW_REPLICA_MIGRATION,
                    CLUSTER_ANNOUNCE_BUS_PORT,
                    CLUSTER_ANNOUNCE_HOSTNAME,
                    CLUSTER_ANNOUNCE_HUMAN_NODENAME,
                    CLUSTER_ANNOUNCE_IP,
                    CLUSTER_ANNOUNCE_PORT,
                    CLUSTER_ANNOUNCE_TLS_PORT,
                    CLUSTER_CONFIG_FILE,
                    CLUSTER_ENABLED,
                    CLUSTER_LINK_SENDBUF_LIMIT,
                    CLUSTER_MIGRATION_BARRIER,
                    CLUSTER_NODE_TIMEOUT,
                    CLUSTER_PORT,
                    CLUSTER_PREFERRED_ENDPOINT_TYPE,
                    CLUSTER_REPLICA_NO_FAILOVER,
                    CLUSTER_REPLICA_VALIDITY_FACTOR,
                    CLUSTER_REQUIRE_FULL_COVERAGE);

    private ClusterDirectives() {}
}
