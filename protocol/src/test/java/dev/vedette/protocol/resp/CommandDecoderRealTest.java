package dev.vedette.protocol.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.protocol.client.RealRedis;
import dev.vedette.protocol.net.Address;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The same bytes for our decoder and for a real redis-server: the same bytes come back. */
class CommandDecoderRealTest {
    private static final int CLOSE_MILLIS = 10_000;
    private static final int SILENCE_MILLIS = 100;
    private static final String END = "the-end";

    @Test
    void ourRepliesToBrokenProtocolAreThoseOfRedis() throws Exception {
        try (var open = RealRedis.start();
                var locked = RealRedis.start("--requirepass", "x")) {
            for (var protocolCase : interestingCases()) {
                var server = protocolCase.authenticated() ? open : locked;
                String ours = ourReplies(protocolCase);
                assertEquals(
                        redisReplies(server.address(), protocolCase, ours.length()),
                        ours,
                        protocolCase.toString());
            }
        }
    }

    @Test
    void wordsOfAnInlineCommandAreSplitAsRedisSplitsThem() throws Exception {
        String alphabet = "ab\"\"''\\\\x41gn \t\u000b\u00ff";
        try (var redis = RealRedis.start()) {
            for (long seed = 0; seed < 500; seed++) {
                var random = new SplittableRandom(seed);
                var line = new StringBuilder("ECHO ");
                for (int i = random.nextInt(1, 12); i > 0; i--) {
                    line.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                var asked = new ProtocolCase(line + "\r\nECHO " + END + "\r\n", true, List.of());
                assertEquals(
                        repliesUpToEnd(redis.address(), asked.raw()),
                        ourReplies(asked).replaceAll("\\((open|closed)\\)$", ""),
                        "seed " + seed + ": " + line);
            }
        }
    }

    /** All replies up to that to the last command, or up to the close. */
    private static String repliesUpToEnd(Address server, String raw) throws IOException {
        try (var socket = new Socket(server.host(), server.port())) {
            socket.setSoTimeout(CLOSE_MILLIS);
            socket.getOutputStream().write(Pieces.latin1(raw));
            var replies = new StringBuilder();
            int next = socket.getInputStream().read();
            while (next >= 0) {
                replies.append((char) next);
                if (replies.toString().endsWith(END + "\r\n")) {
                    break;
                }
                next = socket.getInputStream().read();
            }
            return replies.toString();
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

    /** Waits long for as much as ours, then briefly for more. */
    private static String redisReplies(Address server, ProtocolCase protocolCase, int length)
            throws IOException {
        try (var socket = new Socket(server.host(), server.port())) {
            socket.getOutputStream().write(Pieces.latin1(protocolCase.raw()));
            var replies = new StringBuilder();
            try {
                while (true) {
                    boolean missing = replies.length() + "(open)".length() < length;
                    socket.setSoTimeout(
                            missing || protocolCase.isRefused() ? CLOSE_MILLIS : SILENCE_MILLIS);
                    int next = socket.getInputStream().read();
                    if (next < 0) {
                        return replies + "(closed)";
                    }
                    replies.append((char) next);
                }
            } catch (SocketTimeoutException _) {
                return replies + "(open)";
            }
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
                            case "ECHO" -> {
                                if (words.length == 2) {
                                    writer.bulk(words[1]);
                                } else {
                                    writer.error(
                                            "ERR wrong number of arguments for 'echo' command");
                                }
                            }
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
