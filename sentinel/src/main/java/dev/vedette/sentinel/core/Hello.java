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

    /** Empty for anything that is not a hello: such a message is ignored, as Redis does. */
    public static Optional<Hello> decode(String payload) {
        var fields = payload.split(",", -1);
        if (fields.length != FIELDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Hello(
                            new Address(fields[0], Integer.parseInt(fields[1])),
                            new SentinelId(fields[2]),
                            Long.parseLong(fields[3]),
                            fields[4],
                            new Address(fields[5], Integer.parseInt(fields[6])),
                            Long.parseLong(fields[7])));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
