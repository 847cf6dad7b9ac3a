package dev.vedette.sentinel.link;

import dev.vedette.protocol.net.NameResolver;
import dev.vedette.sentinel.core.Input;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks host names up for the links and for the core, which hears of every look-up. A name server
 * that is slow or gone makes no node unreachable whose address we knew: what was found last is
 * taken instead, after a short wait (Redis too keeps the last address, but waits with everything).
 * Event loop only; the look-ups themselves are made elsewhere.
 */
public final class HostNames {
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    /** How long a fresh answer is waited for when there is an old one. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final int REMEMBERED = 4096;

    private final EventLoop loop;
    private final NameResolver resolver;
    private final Consumer<Input> inputs;
    private final Map<String, List<String>> last =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, List<String>> eldest) {
                    return size() > REMEMBERED;
                }
            };

    public HostNames(EventLoop loop, NameResolver resolver, Consumer<Input> inputs) {
        this.loop = loop;
        this.resolver = resolver;
        this.inputs = inputs;
    }

    /** The core asks; it is answered by {@link Input.NameResolved}. */
    public void find(String name) {
        find(name, _ -> {});
    }

    /**
     * @param found gets the IP addresses in the order of preference, none when there are none; of
     *     an IP address at once
     */
    void find(String host, Consumer<List<String>> found) {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            found.accept(List.of(host));
            return;
        }
        new LookUp(host, found).start();
    }

    private final class LookUp {
        private final String host;
        private final Consumer<List<String>> found;
        private boolean answered;

        LookUp(String host, Consumer<List<String>> found) {
            this.host = host;
            this.found = found;
        }

        void start() {
            var old = last.get(host);
            if (old != null) {
                loop.schedule(
                        () -> {
                            if (!answered) {
                                answer(old);
                            }
                        },
                        PATIENCE.toMillis(),
                        TimeUnit.MILLISECONDS);
            }
            resolver.resolve(loop, host, DEADLINE).addListener(this::done);
        }

        // The listener of a generic future is handed a wildcard.
        @SuppressWarnings("unchecked")
        private void done(Future<?> future) {
            if (future.isSuccess()) {
                var ips =
                        ((List<InetAddress>) future.getNow())
                                .stream().map(NetUtil::toAddressString).toList();
                last.put(host, ips);
                answer(ips);
            } else if (!answered) {
                answer(last.getOrDefault(host, List.of()));
            }
        }

        private void answer(List<String> ips) {
            inputs.accept(new Input.NameResolved(host, ips));
            if (!answered) {
                answered = true;
                found.accept(ips);
            }
        }
    }
}
