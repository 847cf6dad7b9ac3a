package dev.vedette.protocol.net;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Turns host names into IP addresses without ever blocking an event loop.
 *
 * <p>{@link #SYSTEM} asks with the JDK's resolver, on a few threads of their own: a lookup that
 * hangs pins its thread in native code, where a virtual thread would take a carrier from everybody
 * else. Lookups of the same name that overlap are one. When all threads hang and the queue is full,
 * further lookups fail at once. Any thread may ask.
 */
public final class NameResolver {
    private static final int THREADS = 8;
    private static final int QUEUE = 256;

    /** How long the JDK may answer from memory: Redis asks anew each time, so hardly. */
    private static final String CACHE_SECONDS = "1";

    static {
        // Unset, the JDK keeps an address for 30 s; of failures its own file says 10 s. Both are
        // too long for a host that comes back with another address.
        if (Security.getProperty("networkaddress.cache.ttl") == null) {
            Security.setProperty("networkaddress.cache.ttl", CACHE_SECONDS);
        }
        if ("10".equals(Security.getProperty("networkaddress.cache.negative.ttl"))) {
            Security.setProperty("networkaddress.cache.negative.ttl", CACHE_SECONDS);
        }
    }

    /** Where names are looked up; may block for long. */
    public interface Source {
        /** At least one address. */
        InetAddress[] allByName(String host) throws UnknownHostException;
    }

    /** The resolver of this process. */
    public static final NameResolver SYSTEM = new NameResolver(InetAddress::getAllByName);

    private final Source source;
    private final ThreadPoolExecutor threads;
    private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> running =
            new ConcurrentHashMap<>();

    /** A resolver with threads of its own. */
    public NameResolver(Source source) {
        this.source = source;
        threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(QUEUE),
                        Thread.ofPlatform().daemon().name("resolver-", 1).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * The addresses of a host in the order of preference, at least one; of an IP literal at once.
     *
     * @param loop where the answer is completed
     * @param deadline after which the future fails; the lookup itself cannot be ended
     * @return fails with {@link UnknownHostException}, whose message is made to be shown
     */
    public Future<List<InetAddress>> resolve(EventLoop loop, String host, Duration deadline) {
        var literal = literal(host);
        if (literal != null) {
            return loop.newSucceededFuture(List.of(literal));
        }
        Promise<List<InetAddress>> answer = loop.newPromise();
        var timer =
                loop.schedule(
                        () -> answer.tryFailure(late(host, deadline)),
                        deadline.toMillis(),
                        TimeUnit.MILLISECONDS);
        answer.addListener(_ -> timer.cancel(false));
        lookUp(host)
                .whenComplete(
                        (addresses, failure) ->
                                onLoop(loop, () -> complete(answer, host, addresses, failure)));
        return answer;
    }

    private static void complete(
            Promise<List<InetAddress>> answer,
            String host,
            @Nullable List<InetAddress> addresses,
            @Nullable Throwable failure) {
        if (addresses != null) {
            answer.trySuccess(addresses);
        } else {
            answer.tryFailure(unknown(host, failure));
        }
    }

    private static void onLoop(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException _) {
            // The loop has ended while the lookup ran: nobody waits for it any more.
        }
    }

    /** The address if the host is one in text form, with or without a zone; else null. */
    static @Nullable InetAddress literal(String host) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        if (bytes == null) {
            return null;
        }
        try {
            // A literal: this asks nobody.
            return InetAddress.getByName(host);
        } catch (UnknownHostException _) {
            // A zone that this machine does not have.
            return null;
        }
    }

    private CompletableFuture<List<InetAddress>> lookUp(String host) {
        var fresh = new CompletableFuture<List<InetAddress>>();
        var earlier = running.putIfAbsent(host, fresh);
        if (earlier != null) {
            return earlier;
        }
        try {
            threads.execute(() -> lookUp(host, fresh));
        } catch (RejectedExecutionException e) {
            running.remove(host, fresh);
            fresh.completeExceptionally(e);
        }
        return fresh;
    }

    private void lookUp(String host, CompletableFuture<List<InetAddress>> answer) {
        try {
            var addresses = List.of(source.allByName(host));
            running.remove(host, answer);
            answer.complete(addresses);
        } catch (UnknownHostException | RuntimeException e) {
            running.remove(host, answer);
            answer.completeExceptionally(e);
        }
    }

    private static UnknownHostException late(String host, Duration deadline) {
        return new UnknownHostException(
                "name " + host + " was not resolved within " + deadline.toMillis() + " ms");
    }

    private static UnknownHostException unknown(String host, @Nullable Throwable failure) {
        String why =
                failure instanceof RejectedExecutionException
                        ? "too many lookups hang already"
                        : "no such name, or no name server answered";
        var shown = new UnknownHostException("name " + host + " cannot be resolved: " + why);
        shown.initCause(failure);
        return shown;
    }
}
