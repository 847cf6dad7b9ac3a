package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.util.Optional;

/**
 * The eight fields of a hello message on channel {@code __sentinel__:hello}: who speaks, and what
 * it believes of one master (Redis {@code sentinelSendHello}).
 */
public record Hello(
        Address sentinel,
        SentinelId id,
        long currentEpoch,
        String masterName,
        Address master,
        long configEpoch) {

    private static final int FIELDS = 8;

    /** The payload as it travels: eight fields joined by commas. */
    public String encode() {
        return String.join(
                ",",
                sentinel.host(),
                Integer.toString(sentinel.port()),
                id.text(),
                Long.toString(currentEpoch),
                masterName,
                master.host(),
                Integer.toString(master.port()),
                Long.toString(configEpoch));
    }

    private static Address address(String host, String port) {
        for (int i = 0; i < host.length(); i++) {
            if (host.charAt(i) <= ' ' || host.charAt(i) == 0x7f) {
                throw new IllegalArgumentException("a host with a blank or a control character");
            }
        }
        var address = new Address(host, Integer.parseInt(port));
        if (address.port() == 0) {
            throw new IllegalArgumentException("nobody listens on port 0");
        }
        return address;
    }

    private static long epoch(String text) {
        long epoch = Long.parseLong(text);
        if (epoch < 0) {
            throw new IllegalArgumentException("a negative epoch");
        }
        return epoch;
    }

    /** Empty for anything that is not a hello: such a message is ignored, as Redis does. */
    public static Optional<Hello> decode(String payload) {
        // One field more than wanted is enough to know: a message may be all commas.
        var fields = payload.split(",", FIELDS + 1);
        if (fields.length != FIELDS) {
            return Optional.empty();
        }
        try {
            return SentinelId.told(fields[2])
                    .map(
                            id ->
                                    new Hello(
                                            address(fields[0], fields[1]),
                                            id,
                                            epoch(fields[3]),
                                            fields[4],
                                            address(fields[5], fields[6]),
                                            epoch(fields[7])));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
