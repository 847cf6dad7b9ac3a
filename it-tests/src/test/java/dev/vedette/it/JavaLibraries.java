package dev.vedette.it;

import dev.vedette.it.LibraryWriter.Library;
import dev.vedette.protocol.net.Address;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;

import org.redisson.Redisson;
import org.redisson.config.Config;

import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisSentinelClient;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** The client libraries of Java, set up as their manuals say for sentinels. */
final class JavaLibraries {
    private JavaLibraries() {}

    static Library jedis(List<Address> sentinels, String prefix) {
        var client =
                RedisSentinelClient.builder()
                        .masterName(Topology.MASTER_NAME)
                        .sentinels(
                                sentinels.stream()
                                        .map(s -> new HostAndPort(s.host(), s.port()))
                                        .collect(Collectors.toSet()))
                        .build();
        return numbered(
                prefix,
                (key, value) -> require(client.set(key, value)),
                () -> {
                    client.close();
                });
    }

    static Library lettuce(List<Address> sentinels, String prefix) {
        var uri = RedisURI.builder().withSentinelMasterId(Topology.MASTER_NAME);
        sentinels.forEach(s -> uri.withSentinel(s.host(), s.port()));
        uri.withTimeout(Duration.ofSeconds(2));
        var client = RedisClient.create();
        var connection = MasterReplica.connect(client, StringCodec.UTF8, uri.build());
        return numbered(
                prefix,
                (key, value) -> require(connection.sync().set(key, value)),
                () -> {
                    connection.close();
                    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
                });
    }

    static Library redisson(List<Address> sentinels, String prefix) {
        var config = new Config();
        var group = config.useSentinelServers().setMasterName(Topology.MASTER_NAME);
        sentinels.forEach(s -> group.addSentinelAddress("redis://" + s.host() + ":" + s.port()));
        group.setTimeout(1000).setRetryAttempts(0);
        var client = Redisson.create(config);
        var codec = org.redisson.client.codec.StringCodec.INSTANCE;
        return numbered(
                prefix,
                (key, value) -> client.<String>getBucket(key, codec).set(value),
                () -> {
                    client.shutdown();
                });
    }

    private interface Setter {
        void set(String key, String value);
    }

    private static Library numbered(String prefix, Setter setter, Runnable close) {
        var last = new AtomicLong();
        return new Library() {
            @Override
            public long writeNext() {
                long number = last.incrementAndGet();
                setter.set(prefix + ":" + number, Long.toString(number));
                return number;
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }

    private static void require(String reply) {
        if (!reply.equals("OK")) {
            throw new IllegalStateException(reply);
        }
    }
}
