package dev.vedette.sentinel.core;

import java.util.Optional;

/**
 * The {@code sentinel} directives that hold for all masters.
 *
 * @param announceHost {@code announce-ip}
 * @param announcePort {@code announce-port}; absent is the port that we listen on
 * @param peerCredentials {@code sentinel-user} and {@code sentinel-pass}: AUTH towards peers
 */
public record SentinelOptions(
        Optional<String> announceHost,
        Optional<Integer> announcePort,
        Optional<LinkSpec.Credentials> peerCredentials,
        boolean denyScriptsReconfig,
        boolean resolveHostnames,
        boolean announceHostnames) {

    public static final SentinelOptions DEFAULTS =
            new SentinelOptions(
                    Optional.empty(), Optional.empty(), Optional.empty(), true, false, false);
}
