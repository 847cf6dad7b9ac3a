package dev.vedette.sentinel;

import static dev.vedette.protocol.conf.NetworkDirectives.BIND;
import static dev.vedette.protocol.conf.NetworkDirectives.PORT;
import static dev.vedette.protocol.conf.NetworkDirectives.UNIXSOCKET;
import static dev.vedette.protocol.conf.NetworkDirectives.UNIXSOCKETPERM;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_PORT;

import dev.vedette.protocol.conf.Directive;
import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.net.SocketFile;
import dev.vedette.protocol.net.Tls;
import dev.vedette.sentinel.command.SentinelPort;
import dev.vedette.sentinel.conf.SentinelConf;

import io.netty.channel.EventLoopGroup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Opens what the conf names: {@code port} and {@code tls-port} on each address of {@code bind}, and
 * {@code unixsocket}.
 */
final class ListeningPorts {
    private static final Logger log = LoggerFactory.getLogger(ListeningPorts.class);

    private final SentinelConf conf;
    private final SentinelPort port;
    private final EventLoopGroup loops;
    private int open;

    ListeningPorts(SentinelConf conf, SentinelPort port, EventLoopGroup loops) {
        this.conf = conf;
        this.port = port;
        this.loops = loops;
    }

    /** What Redis names where one port is asked for: the one in plain text, else that of TLS. */
    static int mainPort(SentinelConf conf) {
        int plain = conf.settings().get(PORT);
        return plain != 0 ? plain : conf.settings().get(TLS_PORT);
    }

    void open(Optional<Tls> tls) throws StartRefused {
        listen(conf.settings().get(PORT), Optional.empty());
        if (tls.isPresent()) {
            listen(conf.settings().get(TLS_PORT), tls);
        }
        listenOnFile(conf.settings().get(UNIXSOCKET));
        if (open == 0) {
            throw new StartRefused(
                    conf.file()
                            + ": port and tls-port are 0 without a unixsocket, or no address of"
                            + " bind can be had: "
                            + String.join(" ", conf.settings().get(BIND)),
                    "Configured to not listen anywhere, exiting.");
        }
    }

    private void listen(int number, Optional<Tls> tls) throws StartRefused {
        if (number == 0) {
            return;
        }
        for (var bind : binds(number, tls)) {
            try {
                port.listen(loops, bind.address(), tls);
                open++;
            } catch (IOException refused) {
                var inUse = reason(refused).contains("in use");
                if (bind.optional() && !inUse) {
                    continue;
                }
                log.warn(
                        "Warning: Could not create server TCP listening socket {}:{}: bind: {}",
                        bind.name(),
                        number,
                        inUse ? "Address already in use" : reason(refused));
                throw refused(number, tls, hint(tls.isPresent() ? TLS_PORT : PORT, bind, inUse));
            }
        }
    }

    private void listenOnFile(String name) throws StartRefused {
        if (name.isEmpty()) {
            return;
        }
        var file = conf.directory().resolve(name);
        try {
            SocketFile.remove(file);
            port.listen(loops, file);
            SocketFile.permit(file, conf.settings().get(UNIXSOCKETPERM));
            open++;
        } catch (IOException refused) {
            throw new StartRefused(
                    conf.loaded()
                            .hint(
                                    UNIXSOCKET.name(),
                                    "the folder of unixsocket must be there, and writable"),
                    "Failed opening Unix socket: bind: " + reason(refused));
        }
    }

    /** Nobody shall find the file of a process that has ended. */
    static void removeFile(SentinelConf conf) {
        var name = conf.settings().get(UNIXSOCKET);
        if (!name.isEmpty()) {
            log.info("Removing the unix socket file.");
            try {
                SocketFile.remove(conf.directory().resolve(name));
            } catch (IOException failure) {
                log.warn("Cannot remove the unix socket file: {}", reason(failure));
            }
        }
    }

    private List<BindAddresses.Bind> binds(int number, Optional<Tls> tls) throws StartRefused {
        try {
            return BindAddresses.of(conf.settings().get(BIND), number);
        } catch (UnknownHostException unknown) {
            throw refused(
                    number,
                    tls,
                    conf.loaded()
                            .hint(BIND.name(), "bind cannot be read: " + unknown.getMessage()));
        }
    }

    private static StartRefused refused(int number, Optional<Tls> tls, String hint) {
        return new StartRefused(
                hint,
                "Failed listening on port "
                        + number
                        + (tls.isPresent() ? " (TLS), aborting." : " (TCP), aborting."));
    }

    private String hint(Directive<Integer> numbered, BindAddresses.Bind bind, boolean inUse) {
        return inUse
                ? conf.loaded()
                        .hint(
                                numbered.name(),
                                "another process listens on port "
                                        + conf.settings().get(numbered)
                                        + ", perhaps a sentinel that runs already; end it or change"
                                        + " the port")
                : conf.loaded()
                        .hint(
                                BIND.name(),
                                "bind " + bind.name() + " is not an address of this machine");
    }

    private static String reason(IOException failure) {
        return OsError.reason(failure);
    }
}
