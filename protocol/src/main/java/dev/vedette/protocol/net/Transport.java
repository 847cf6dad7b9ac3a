package dev.vedette.protocol.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** How bytes reach the kernel: epoll where it can be had, else NIO. */
public enum Transport {
    EPOLL(
            EpollSocketChannel.class,
            EpollServerSocketChannel.class,
            EpollServerDomainSocketChannel.class) {
        @Override
        public SocketAddress address(Path file) {
            return new DomainSocketAddress(file.toString());
        }

        @Override
        IoHandlerFactory ioHandlers() {
            return EpollIoHandler.newFactory();
        }
    },
    NIO(NioSocketChannel.class, NioServerSocketChannel.class, NioServerDomainSocketChannel.class) {
        @Override
        public SocketAddress address(Path file) {
            return UnixDomainSocketAddress.of(file);
        }

        @Override
        IoHandlerFactory ioHandlers() {
            return NioIoHandler.newFactory();
        }
    };

    private final Class<? extends SocketChannel> channel;
    private final Class<? extends ServerSocketChannel> serverChannel;
    private final Class<? extends ServerChannel> fileServerChannel;

    Transport(
            Class<? extends SocketChannel> channel,
            Class<? extends ServerSocketChannel> serverChannel,
            Class<? extends ServerChannel> fileServerChannel) {
        this.channel = channel;
        this.serverChannel = serverChannel;
        this.fileServerChannel = fileServerChannel;
    }

    abstract IoHandlerFactory ioHandlers();

    /** Where a socket file is, for {@link #fileServerChannel}. */
    public abstract SocketAddress address(Path file);

    /**
     * The best transport of this machine. Epoll needs native code, and a JVM that was not told
     * {@code --enable-native-access} complains on stderr when it is loaded: such a JVM gets NIO.
     */
    public static Transport best() {
        boolean mayLoadNatives = Epoll.class.getModule().isNativeAccessEnabled();
        return mayLoadNatives && Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** The transport whose channels this loop can serve. */
    public static Transport of(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class) ? EPOLL : NIO;
    }

    /** One event loop, on a thread of that name that does not keep the JVM alive. */
    public EventLoopGroup newEventLoop(String threadName) {
        return new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory(threadName, true), ioHandlers());
    }

    /** For outgoing connections. */
    public Class<? extends SocketChannel> channel() {
        return channel;
    }

    /** For listening. */
    public Class<? extends ServerSocketChannel> serverChannel() {
        return serverChannel;
    }

    /** For listening on a socket file. */
    public Class<? extends ServerChannel> fileServerChannel() {
        return fileServerChannel;
    }

    /**
     * Lets the kernel probe a silent peer, as Redis does (anetKeepAlive): first after {@code idle},
     * then every third of it, and give up after three probes. NIO has only the kernel's own times.
     *
     * @param idle whole seconds; zero switches probing off
     */
    public void keepAlive(Channel connection, Duration idle) {
        int seconds = (int) Math.min(idle.toSeconds(), Short.MAX_VALUE);
        connection.config().setOption(ChannelOption.SO_KEEPALIVE, seconds > 0);
        if (this == EPOLL && seconds > 0) {
            connection.config().setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
            connection
                    .config()
                    .setOption(EpollChannelOption.TCP_KEEPINTVL, Math.max(1, seconds / 3));
            connection.config().setOption(EpollChannelOption.TCP_KEEPCNT, 3);
        }
    }
}
