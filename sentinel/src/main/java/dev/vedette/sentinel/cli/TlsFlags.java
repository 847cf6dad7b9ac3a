package dev.vedette.sentinel.cli;

import dev.vedette.protocol.client.RespClient.TlsClient;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsException;
import dev.vedette.protocol.net.TlsOptions;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;

/** How the tool speaks TLS, in redis-cli's words. */
final class TlsFlags {
    @Option(names = "--tls", description = "Connects through TLS.")
    private boolean tls;

    @Option(
            names = "--cacert",
            paramLabel = "<file>",
            description = "CA certificates to verify the sentinel with; else those of the JDK.")
    private Optional<Path> caFile = Optional.empty();

    @Option(
            names = "--cacertdir",
            paramLabel = "<folder>",
            description = "A folder of such files, named as openssl rehash does.")
    private Optional<Path> caDir = Optional.empty();

    @Option(names = "--cert", paramLabel = "<file>", description = "Certificate to show.")
    private Optional<Path> cert = Optional.empty();

    @Option(names = "--key", paramLabel = "<file>", description = "Its private key.")
    private Optional<Path> key = Optional.empty();

    @Option(names = "--insecure", description = "Believes any certificate of the sentinel.")
    private boolean insecure;

    @Option(
            names = "--sni",
            paramLabel = "<host>",
            description = "The server name to ask for, where one address serves several.")
    private String serverName = "";

    /** Empty for plain text. */
    Optional<TlsClient> client() {
        boolean any =
                caFile.isPresent()
                        || caDir.isPresent()
                        || cert.isPresent()
                        || key.isPresent()
                        || insecure
                        || !serverName.isEmpty();
        if (!tls && any) {
            throw new CliException(ExitCode.USAGE, "options of TLS mean nothing without --tls");
        }
        if (cert.isPresent() != key.isPresent()) {
            throw new CliException(ExitCode.USAGE, "--cert and --key go together");
        }
        return tls ? Optional.of(new TlsClient(made(), serverName)) : Optional.empty();
    }

    private Tls made() {
        var identity = cert.flatMap(c -> key.map(k -> new TlsOptions.Identity(c, k)));
        try {
            return insecure
                    ? Tls.ofClientThatTrustsAll(identity)
                    : Tls.of(TlsOptions.ofClient(identity, caFile, caDir));
        } catch (TlsException refused) {
            throw CliException.failed(refused.line() + "; " + refused.hint());
        }
    }
}
