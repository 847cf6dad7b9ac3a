package dev.vedette.it;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.info.InfoText;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.IntegerReply;
import dev.vedette.protocol.resp.RespValue.SimpleString;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A plain client for tests: one connection, one command at a time. */
final class Client implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Address address;
    private final RespClient client;

    private Client(Address address, RespClient client) {
        this.address = address;
        this.client = client;
    }

    static Client connect(Address address) throws IOException {
        return connect(address, PATIENCE);
    }

    static Client connect(Address address, Duration patience) throws IOException {
        var access = Access.to(address);
        var tls = access.tls().map(Certificates::client);
        var client = RespClient.connect(address, patience, tls);
        if (access.password().isPresent()) {
            client.call("AUTH", access.password().get());
        }
        return new Client(address, client);
    }

    /** One question over a connection of its own; empty if nobody answers. */
    static <T> Optional<T> ask(Address address, Function<Client, T> question) {
        try (var client = connect(address)) {
            return Optional.of(question.apply(client));
        } catch (IOException | UncheckedIOException _) {
            return Optional.empty();
        }
    }

    /** Whether it answers PING with PONG: not while it loads, not before it listens. */
    static boolean pongs(Address address) {
        return ask(address, client -> client.call("PING"))
                .equals(Optional.of(new SimpleString("PONG")));
    }

    Address address() {
        return address;
    }

    RespValue call(String... words) {
        try {
            return client.call(words);
        } catch (IOException e) {
            throw new UncheckedIOException(address + " at " + String.join(" ", words), e);
        }
    }

    /** The reply as text; an array as its items, parted by blanks. */
    String text(String... words) {
        return text(call(words));
    }

    static String text(RespValue value) {
        return switch (value) {
            case BulkString bulk -> bulk.text();
            case SimpleString(var text) -> text;
            case IntegerReply(var number) -> Long.toString(number);
            case ErrorReply(var line) -> "-" + line;
            case Array(var items) -> String.join(" ", items.stream().map(Client::text).toList());
            default -> "(nil)";
        };
    }

    InfoText info(String section) {
        return InfoText.parse(text("INFO", section));
    }

    /** Rows of names and values, as SENTINEL MASTERS, REPLICAS and SENTINELS give them. */
    List<Map<String, String>> rows(String... words) {
        return call(words) instanceof Array(var items)
                ? items.stream().map(Client::row).toList()
                : List.of();
    }

    /** Such rows over a connection of its own; none if nobody answers. */
    static List<Map<String, String>> askRows(Address address, String... words) {
        return ask(address, client -> client.rows(words)).orElse(List.of());
    }

    private static Map<String, String> row(RespValue value) {
        Map<String, String> row = new HashMap<>();
        if (value instanceof Array(var items)) {
            for (int i = 0; i + 1 < items.size(); i += 2) {
                row.put(text(items.get(i)), text(items.get(i + 1)));
            }
        }
        return row;
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
