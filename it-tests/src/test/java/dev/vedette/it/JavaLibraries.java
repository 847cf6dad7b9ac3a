package dev.vedette.it;

import dev.vedette.it.LibraryWriter.Library;
import dev.vedette.protocol.net.Address;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;

import org.redisson.Redisson;
import org.redisson.config.Config;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.SslOptions;

import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** The client libraries of Java, set up as their manuals say for sentinels. */
final class JavaLibraries {
    private static final char[] STORE_PASSWORD = Certificates.STORE_PASSWORD.toCharArray();
    private static final Duration LETTUCE_RECONNECT_DELAY = Duration.ofMillis(100);
    private static final int REDISSON_SCAN_MILLIS = 200;

    private JavaLibraries() {}

    static Library jedis(Group group, String prefix) {
        var client =
                RedisSentinelClient.builder()
                        .masterName(Topology.MASTER_NAME)
                        .sentinels(
                                group.sentinels().stream()
                                        .map(s -> new HostAndPort(s.host(), s.port()))
                                        .collect(Collectors.toSet()))
                        .sentinelClientConfig(jedisConfig(group, Users.CLIENT))
                        .clientConfig(jedisConfig(group, Users.APPLICATION))
                        .build();
        return numbered(
                prefix,
                (key, value) -> require(client.set(key, value)),
                () -> {
                    client.close();
                });
    }

    private static JedisClientConfig jedisConfig(Group group, String user) {
        var config = DefaultJedisClientConfig.builder();
        if (group.hasUsers()) {
            config.user(user).password(Users.PASSWORD);
        }
        group.tls()
                .ifPresent(
                        made ->
                                config.sslOptions(
                                        SslOptions.builder()
                                                .truststore(
                                                        made.trustStore().toFile(), STORE_PASSWORD)
                                                .keystore(made.keyStore().toFile(), STORE_PASSWORD)
                                                .trustStoreType("PKCS12")
                                                .keyStoreType("PKCS12")
                                                .build()));
        return config.build();
    }

    /**
     * One connection to the master, which Lettuce looks up at each reconnect. Its own delay between
     * two tries grows to 30 s.
     */
    static Library lettuce(Group group, String prefix) {
        var resources =
                ClientResources.builder()
                        .reconnectDelay(Delay.constant(LETTUCE_RECONNECT_DELAY))
                        .build();
        var client = RedisClient.create(resources);
        client.setOptions(lettuceOptions(group));
        var connection = client.connect(StringCodec.UTF8, lettuceUri(group));
        return numbered(
                prefix,
                (key, value) -> require(connection.sync().set(key, value)),
                () -> {
                    connection.close();
                    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
                    resources.shutdown(0, 2, TimeUnit.SECONDS);
                });
    }

    /** The other way of Lettuce, which knows the replicas too. */
    static Library lettuceMasterReplica(Group group, String prefix) {
        var client = RedisClient.create();
        client.setOptions(lettuceOptions(group));
        var connection = MasterReplica.connect(client, StringCodec.UTF8, lettuceUri(group));
        return numbered(
                prefix,
                (key, value) -> require(connection.sync().set(key, value)),
                () -> {
                    connection.close();
                    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
                });
    }

    private static ClientOptions lettuceOptions(Group group) {
        var options = ClientOptions.builder();
        group.tls()
                .ifPresent(
                        made ->
                                options.sslOptions(
                                        io.lettuce.core.SslOptions.builder()
                                                .jdkSslProvider()
                                                .trustManager(made.file("ca.crt").toFile())
                                                .keyManager(
                                                        made.file("client.crt").toFile(),
                                                        made.file("client.key").toFile(),
                                                        new char[0])
                                                .build()));
        return options.build();
    }

    private static RedisURI lettuceUri(Group group) {
        var uri =
                RedisURI.builder()
                        .withSentinelMasterId(Topology.MASTER_NAME)
                        .withSsl(group.tls().isPresent())
                        .withTimeout(Duration.ofSeconds(2));
        if (group.hasUsers()) {
            uri.withAuthentication(Users.APPLICATION, Users.PASSWORD);
        }
        for (Address address : group.sentinels()) {
            var sentinel =
                    RedisURI.builder()
                            .withHost(address.host())
                            .withPort(address.port())
                            .withSsl(group.tls().isPresent());
            if (group.hasUsers()) {
                sentinel.withAuthentication(Users.CLIENT, Users.PASSWORD);
            }
            uri.withSentinel(sentinel.build());
        }
        return uri.build();
    }

    /** It asks the sentinels again and again, once a second unless told otherwise. */
    static Library redisson(Group group, String prefix) {
        var config = new Config();
        var servers = config.useSentinelServers().setMasterName(Topology.MASTER_NAME);
        String scheme = group.tls().isPresent() ? "rediss://" : "redis://";
        group.sentinels()
                .forEach(s -> servers.addSentinelAddress(scheme + s.host() + ":" + s.port()));
        servers.setScanInterval(REDISSON_SCAN_MILLIS).setTimeout(500).setRetryAttempts(0);
        // A new master is used once all of these stand; 24 unless told otherwise.
        servers.setMasterConnectionMinimumIdleSize(2).setSlaveConnectionMinimumIdleSize(2);
        if (group.hasUsers()) {
            config.setUsername(Users.APPLICATION).setPassword(Users.PASSWORD);
            servers.setSentinelUsername(Users.CLIENT).setSentinelPassword(Users.PASSWORD);
        }
        group.tls()
                .ifPresent(
                        made ->
                                config.setSslTruststore(url(made.trustStore()))
                                        .setSslTruststorePassword(Certificates.STORE_PASSWORD)
                                        .setSslKeystore(url(made.keyStore()))
                                        .setSslKeystorePassword(Certificates.STORE_PASSWORD));
        var client = Redisson.create(config);
        var codec = org.redisson.client.codec.StringCodec.INSTANCE;
        return numbered(
                prefix,
                (key, value) -> client.<String>getBucket(key, codec).set(value),
                () -> {
                    client.shutdown();
                });
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
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
