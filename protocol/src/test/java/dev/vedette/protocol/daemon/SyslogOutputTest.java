package dev.vedette.protocol.daemon;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vedette.protocol.net.Transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Listens as a syslog daemon where the machine has none, as in a container. */
class SyslogOutputTest {
    private static final Path DEV_LOG = Path.of("/dev/log");

    @Test
    void aLineReachesTheDaemonOfTheMachineWithIdentProcessAndPriority() throws Exception {
        assumeTrue(Transport.best() == Transport.EPOLL, "epoll is not available here");
        assumeFalse(Files.exists(DEV_LOG), "a syslog daemon of the machine runs");
        assumeTrue(Files.isWritable(DEV_LOG.resolveSibling("")), "only root may listen there");
        var received = new LinkedBlockingQueue<String>();
        var loops = Transport.EPOLL.newEventLoop("syslog");
        try {
            var bound =
                    new Bootstrap()
                            .group(loops)
                            .channel(EpollDomainDatagramChannel.class)
                            .handler(new Receiver(received))
                            .bind(new DomainSocketAddress(DEV_LOG.toString()))
                            .sync();
            DaemonLog.alsoToSyslog("vedette-test", "local3");
            LoggerFactory.getLogger("dev.vedette.test").warn("100 %s of it");
            var line = received.poll(10, TimeUnit.SECONDS);
            bound.channel().close().sync();
            var pid = ProcessHandle.current().pid();
            // 19 is local3, 4 a warning.
            assertTrue(
                    line != null
                            && line.startsWith("<" + (19 * 8 + 4) + ">")
                            && line.contains("vedette-test[" + pid + "]: 100 %s of it"),
                    line);
        } finally {
            DaemonLog.configure('C', LogLevel.NOTICE, Optional.empty());
            Files.deleteIfExists(DEV_LOG);
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static final class Receiver extends SimpleChannelInboundHandler<DomainDatagramPacket> {
        private final BlockingQueue<String> received;

        Receiver(BlockingQueue<String> received) {
            this.received = received;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet)
                throws IOException {
            received.add(packet.content().toString(StandardCharsets.UTF_8));
        }
    }
}
