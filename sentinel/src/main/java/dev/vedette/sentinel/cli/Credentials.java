package dev.vedette.sentinel.cli;

import dev.vedette.protocol.client.RespClient.TlsClient;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

import java.util.Optional;

/**
 * Who the tool says it is. A password on the command line shows in {@code ps}, so the environment
 * is asked too: {@code VEDETTE_PASSWORD}, then {@code REDISCLI_AUTH}, which redis-cli reads.
 */
final class Credentials {
    static final Credentials NONE = new Credentials();

    @Option(
            names = "--user",
            paramLabel = "<name>",
            defaultValue = "${env:VEDETTE_USER:-}",
            description = "ACL user of the sentinel; without it the password alone is sent.")
    private String user = "";

    @Option(
            names = "--password",
            paramLabel = "<password>",
            defaultValue = "${env:VEDETTE_PASSWORD:-${env:REDISCLI_AUTH:-}}",
            description =
                    "Password of the sentinel. Better in the environment: VEDETTE_PASSWORD"
                            + " (or REDISCLI_AUTH), and VEDETTE_USER.")
    private String password = "";

    @ArgGroup(exclusive = false, heading = "Through TLS, as with redis-cli:%n")
    private TlsFlags tls = new TlsFlags();

    /** What the tool speaks below the protocol; empty for plain text. */
    Optional<TlsClient> tls() {
        return tls.client();
    }

    boolean isGiven() {
        return !password.isEmpty();
    }

    String[] authCommand() {
        return user.isEmpty()
                ? new String[] {"AUTH", password}
                : new String[] {"AUTH", user, password};
    }
}
