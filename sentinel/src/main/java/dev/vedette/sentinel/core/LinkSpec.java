package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.util.Map;
import java.util.Optional;

/**
 * All that the link layer needs for one connection. On connect it sends AUTH (when credentials are
 * there) and {@code CLIENT SETNAME} and ignores their replies; a {@link Kind#PUBSUB} link then
 * subscribes to {@code __sentinel__:hello} and turns every message into {@link Input.HelloHeard}.
 *
 * @param target where to connect; a name is resolved anew at each attempt
 * @param toSentinel whether a sentinel is there, else a data node
 * @param credentials for AUTH, absent when the peer wants none
 * @param clientName for {@code CLIENT SETNAME}, such as {@code sentinel-1a2b3c4d-cmd}
 * @param renamedCommands upper-case command name to the name that this instance has for it
 */
public record LinkSpec(
        Address target,
        boolean toSentinel,
        Kind kind,
        Optional<Credentials> credentials,
        String clientName,
        Map<String, String> renamedCommands) {

    public enum Kind {
        COMMAND,
        PUBSUB
    }

    /** What AUTH sends; without a user it is the one-word form. */
    public record Credentials(Optional<String> user, String password) {
        /** Never prints the password. */
        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }
}
