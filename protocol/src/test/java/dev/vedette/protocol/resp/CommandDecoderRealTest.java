package dev.vedette.protocol.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.protocol.client.RealRedis;
import dev.vedette.protocol.net.Address;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The same bytes for our decoder and for a real redis-server: the same bytes come back. */
class CommandDecoderRealTest {
    private static final int CLOSE_MILLIS = 5_000;
    private static final int SILENCE_MILLIS = 100;

    @Test
    void ourRepliesToBrokenProtocolAreThoseOfRedis() throws Exception {
        try (var open = RealRedis.start();
                var locked = RealRedis.start("--requirepass", "x")) {
            for (var protocolCase : interestingCases()) {
                var server = protocolCase.authenticated() ? open : locked;
                assertEquals(
                        redisReplies(server.address(), protocolCase),
                        ourReplies(protocolCase),
                        protocolCase.toString());
            }
        }
    }

    /** Those that our small server below can answer: PING, ECHO, and all errors. */
    private static List<ProtocolCase> interestingCases() {
        var cases = new ArrayList<ProtocolCase>();
        Stream.concat(ProtocolCase.all().stream(), ProtocolCase.allLong().stream())
                .forEach(cases::add);
        cases.removeIf(each -> each.events().stream().anyMatch(event -> event.startsWith("[SET")));
        return cases;
    }

    private static String redisReplies(Address server, ProtocolCase protocolCase)
            throws IOException {
        try (var socket = new Socket(server.host(), server.port())) {
            socket.getOutputStream().write(Pieces.latin1(protocolCase.raw()));
            // What is refused ends with a close; what is read ends with silence.
            socket.setSoTimeout(protocolCase.isRefused() ? CLOSE_MILLIS : SILENCE_MILLIS);
            var replies = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(replies);
                replies.writeBytes(Pieces.latin1("(closed)"));
            } catch (SocketTimeoutException _) {
                replies.writeBytes(Pieces.latin1("(open)"));
            }
            return replies.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static String ourReplies(ProtocolCase protocolCase) {
        var out = Unpooled.buffer();
        var writer = new ReplyWriter(out);
        var end = new StringBuilder("(open)");
        var sink =
                new CommandSink() {
                    @Override
                    public void command(byte[][] words) {
                        var name = new String(words[0], StandardCharsets.US_ASCII);
                        switch (name.toUpperCase(Locale.ROOT)) {
                            case "PING" -> {
                                if (words.length > 1) {
                                    writer.bulk(words[1]);
                                } else {
                                    writer.simple("PONG");
                                }
                            }
                            case "ECHO" -> writer.bulk(words[1]);
                            default -> writer.error("ERR unknown command '" + name + "'");
                        }
                    }

                    @Override
                    public void readComplete() {}

                    @Override
                    public void protocolError(ProtocolError error) {
                        error.replyBytes().ifPresent(writer::error);
                        end.setLength(0);
                        end.append("(closed)");
                    }
                };
        var decoder = new CommandDecoder(sink);
        decoder.authenticated(protocolCase.authenticated());
        var channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1(protocolCase.raw())));
        channel.finishAndReleaseAll();
        return out.toString(StandardCharsets.ISO_8859_1) + end;
    }
}
