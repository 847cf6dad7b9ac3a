package dev.vedette.protocol.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Signals reach a process of its own. */
@Timeout(60)
class DaemonTest {
    @TempDir Path folder;
    private final List<ProcessHandle> started = new ArrayList<>();

    @AfterEach
    void nothingIsLeftBehind() {
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private ProcessBuilder probe(String mode) {
        // As the launchers do: whoever builds in the background may have INT ignored.
        return new ProcessBuilder(
                        "env",
                        "--default-signal=INT,TERM",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DaemonProbe.class.getName(),
                        pidFile().toString(),
                        mode)
                .redirectErrorStream(true);
    }

    private Path pidFile() {
        return folder.resolve("probe.pid");
    }

    private Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        started.add(process.toHandle());
        return process;
    }

    private static void signal(long pid, String name) throws Exception {
        assertEquals(
                0, new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void termAndIntEndItInOrderWithZero(String signal) throws Exception {
        Process process = start(probe("normal"));
        try (BufferedReader out = process.inputReader()) {
            assertEquals("ready", out.readLine());
            assertEquals(process.pid() + "\n", Files.readString(pidFile()));
            signal(process.pid(), signal);
            assertEquals("stopping on " + signal, out.readLine());
        }
        assertEquals(0, process.waitFor());
        assertFalse(Files.exists(pidFile()));
    }

    @Test
    void hangUpIsIgnored() throws Exception {
        Process process = start(probe("normal"));
        try (BufferedReader out = process.inputReader()) {
            assertEquals("ready", out.readLine());
            signal(process.pid(), "HUP");
            signal(process.pid(), "TERM");
            assertEquals("stopping on TERM", out.readLine());
        }
        assertEquals(0, process.waitFor());
    }

    @Test
    void anInterruptEndsWhatHangsAndAnotherTermDoesNot() throws Exception {
        Process process = start(probe("hang"));
        try (BufferedReader out = process.inputReader()) {
            assertEquals("ready", out.readLine());
            signal(process.pid(), "TERM");
            assertEquals("stopping on TERM", out.readLine());
            signal(process.pid(), "TERM");
            signal(process.pid(), "INT");
            assertTrue(String.valueOf(out.readLine()).endsWith("# You insist... exiting now."));
            assertEquals("cut short", out.readLine());
        }
        assertEquals(1, process.waitFor());
        assertFalse(Files.exists(pidFile()));
    }

    @Test
    void aStopThatIsGivenUpMakesTheNextSignalAFirstOne() throws Exception {
        Process process = start(probe("reluctant"));
        try (BufferedReader out = process.inputReader()) {
            assertEquals("ready", out.readLine());
            signal(process.pid(), "INT");
            assertEquals("stopping on INT", out.readLine());
            assertEquals("going on", out.readLine());
            signal(process.pid(), "INT");
            assertEquals("stopping on INT", out.readLine());
        }
        assertEquals(0, process.waitFor());
    }

    @Test
    void systemdIsToldWhenItIsReadyAndWhenItStops() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        String socket = folder.resolve("notify").toString();
        try (var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory())) {
            Channel channel =
                    new Bootstrap()
                            .group(loops)
                            .channel(EpollDomainDatagramChannel.class)
                            .handler(new Listener(told))
                            .bind(new DomainSocketAddress(socket))
                            .sync()
                            .channel();
            ProcessBuilder builder = probe("normal");
            builder.environment().put("NOTIFY_SOCKET", socket);
            Process process = start(builder);
            assertEquals(
                    "STATUS=Ready to accept connections\nREADY=1\n",
                    told.poll(30, TimeUnit.SECONDS));
            signal(process.pid(), "TERM");
            assertEquals("STOPPING=1\n", told.poll(30, TimeUnit.SECONDS));
            assertEquals(0, process.waitFor());
            assertTrue(channel.close().await(10, TimeUnit.SECONDS));
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }

    private static final class Listener extends SimpleChannelInboundHandler<DomainDatagramPacket> {
        private final BlockingQueue<String> told;

        Listener(BlockingQueue<String> told) {
            this.told = told;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
            told.add(packet.content().toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void inTheBackgroundAnotherProcessGoesOn() throws Exception {
        Process first = start(probe("background"));
        assertEquals(0, first.waitFor());
        long pid = awaitPid();
        ProcessHandle second = ProcessHandle.of(pid).orElseThrow();
        started.add(second);
        assertTrue(pid != first.pid() && second.isAlive());
        // It leads a session of its own: field 6 of /proc/<pid>/stat.
        String[] stat = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ", -1);
        assertEquals(Long.toString(pid), stat[5]);
        signal(pid, "TERM");
        second.onExit().get(30, TimeUnit.SECONDS);
        assertFalse(Files.exists(pidFile()));
    }

    private long awaitPid() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            if (Files.exists(pidFile()) && Files.size(pidFile()) > 1) {
                return Long.parseLong(Files.readString(pidFile()).strip());
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("no pid file");
    }
}
