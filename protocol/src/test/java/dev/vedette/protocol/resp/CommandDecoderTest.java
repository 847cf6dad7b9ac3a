package dev.vedette.protocol.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

class CommandDecoderTest {

    /** Writes down what a decoder hands out: {@code [words]}, {@code -error}, {@code empty}. */
    private static class Recorder implements CommandSink {
        final List<String> events = new ArrayList<>();
        int readCompletes;

        @Override
        public void command(byte[][] words) {
            var text = new ArrayList<String>();
            for (byte[] word : words) {
                text.add(new String(word, StandardCharsets.ISO_8859_1));
            }
            events.add(text.toString());
        }

        @Override
        public void readComplete() {
            readCompletes++;
        }

        @Override
        public void protocolError(ProtocolError error) {
            events.add("-" + error.reply().orElse("(silent)"));
        }

        @Override
        public void emptyLine() {
            events.add("empty");
        }
    }

    /** What redis-server 7.0.15 does with these bytes, as {@code CommandDecoderRealTest} checks. */
    static Stream<ProtocolCase> cases() {
        return ProtocolCase.all().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aStreamIsReadAlikeWhereverItIsCut(ProtocolCase protocolCase) {
        for (var pieces : Pieces.everyWay(Pieces.latin1(protocolCase.raw()))) {
            var recorder = new Recorder();
            var decoder = new CommandDecoder(recorder);
            decoder.authenticated(protocolCase.authenticated());
            feed(new EmbeddedChannel(decoder), pieces);
            recorder.events.removeIf(event -> event.equals("empty"));
            assertEquals(protocolCase.events(), recorder.events);
        }
    }

    @Test
    void aLineThatNeverEndsIsRefusedAtTheLimit() {
        for (var protocolCase : ProtocolCase.allLong()) {
            var recorder = new Recorder();
            var channel = new EmbeddedChannel(new CommandDecoder(recorder));
            var in = Unpooled.copiedBuffer(Pieces.latin1(protocolCase.raw()));
            while (in.isReadable()) {
                channel.writeInbound(in.readBytes(Math.min(in.readableBytes(), 10_000)));
            }
            in.release();
            assertEquals(protocolCase.events(), recorder.events, protocolCase.toString());
        }
    }

    @Test
    void randomCommandsComeBackAsTheyWereWritten() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            var out = Unpooled.buffer();
            var written = new ArrayList<byte[][]>();
            for (int i = 0; i < 8; i++) {
                var words = new byte[random.nextInt(1, 40)][];
                for (int w = 0; w < words.length; w++) {
                    words[w] = new byte[random.nextInt(10) == 0 ? random.nextInt(5000) : w];
                    random.nextBytes(words[w]);
                }
                written.add(words);
                CommandWriter.write(out, words);
            }
            var stream = new byte[out.readableBytes()];
            out.readBytes(stream);
            var read = new ArrayList<byte[][]>();
            var sizes = new ArrayList<Long>();
            var channel = new EmbeddedChannel();
            var sink =
                    new Recorder() {
                        @Override
                        public void command(byte[][] words) {
                            read.add(words);
                            var decoder = channel.pipeline().get(CommandDecoder.class);
                            sizes.add(decoder.consumedBytes());
                        }
                    };
            channel.pipeline().addLast(new CommandDecoder(sink));
            feed(channel, Pieces.randomly(stream, random));
            assertEquals(written.size(), read.size(), "seed " + seed);
            long consumed = 0;
            for (int i = 0; i < written.size(); i++) {
                assertArrayEquals(written.get(i), read.get(i), "seed " + seed);
                consumed += CommandWriter.size(written.get(i));
                assertEquals(consumed, sizes.get(i), "seed " + seed);
            }
        }
    }

    @Test
    void garbageNeverEndsInAnException() {
        String alphabet = "*$\r\n\r\n0123456789PING \"'\\x\0";
        for (long seed = 0; seed < 3000; seed++) {
            var random = new SplittableRandom(seed);
            var text = new StringBuilder();
            for (int i = random.nextInt(400); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                if (random.nextInt(6) == 0) {
                    text.append(random.nextBoolean() ? "*2\r\n$1\r\n" : "\r\n");
                }
            }
            var stream = Pieces.latin1(text.toString());
            var whole = new Recorder();
            feed(
                    new EmbeddedChannel(new CommandDecoder(whole)),
                    List.of(Unpooled.copiedBuffer(stream)));
            var cut = new Recorder();
            feed(new EmbeddedChannel(new CommandDecoder(cut)), Pieces.randomly(stream, random));
            assertEquals(whole.events, cut.events, "seed " + seed);
        }
    }

    @Test
    void theBytesOfEveryCommandAreKnownWithTheEmptyLinesBeforeIt() {
        var sizes = new ArrayList<Long>();
        var channel = new EmbeddedChannel();
        var sink =
                new Recorder() {
                    @Override
                    public void command(byte[][] words) {
                        sizes.add(channel.pipeline().get(CommandDecoder.class).consumedBytes());
                    }
                };
        var decoder = new CommandDecoder(sink, CommandLimits.FROM_MASTER);
        channel.pipeline().addLast(decoder);
        String stream = "*1\r\n$4\r\nPING\r\n\n*0\r\n*1\r\n$4\r\nPING\r\nPING\r\n";
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1(stream)));
        assertEquals(List.of(14L, 33L, 39L), sizes);
        assertTrue(decoder.wasInline());
    }

    @Test
    void manyCommandsOfOneReadHaveOneReadComplete() {
        var recorder = new Recorder();
        var channel = new EmbeddedChannel(new CommandDecoder(recorder));
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("PING\r\n".repeat(1000))));
        assertEquals(1000, recorder.events.size());
        assertEquals(1, recorder.readCompletes);
    }

    @Test
    void aPausedDecoderKeepsWhatComesAndGoesOnInOrder() {
        var channel = new EmbeddedChannel();
        var decoders = new ArrayList<CommandDecoder>();
        var recorder =
                new Recorder() {
                    @Override
                    public void command(byte[][] words) {
                        super.command(words);
                        if (words[0][0] == 'W') {
                            decoders.getFirst().pause();
                        }
                    }
                };
        var decoder = new CommandDecoder(recorder);
        decoders.add(decoder);
        channel.pipeline().addLast(decoder);
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("A\r\nWAIT 1 0\r\nB\r\nWA")));
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("IT\r\nC\r\n")));
        assertEquals(List.of("[A]", "[WAIT, 1, 0]"), recorder.events);

        decoder.resume();
        assertEquals(2, recorder.events.size(), "resume must not call back on its caller's stack");
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("D\r\n")));
        channel.runPendingTasks();
        assertEquals(List.of("[A]", "[WAIT, 1, 0]", "[B]", "[WAIT]"), recorder.events);

        decoder.resume();
        channel.runPendingTasks();
        assertEquals(
                List.of("[A]", "[WAIT, 1, 0]", "[B]", "[WAIT]", "[C]", "[D]"), recorder.events);
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("E\r\n")));
        assertEquals("[E]", recorder.events.getLast());
        channel.finishAndReleaseAll();
    }

    @Test
    void whatCameOfACommandThatIsNotWholeIsCounted() {
        var decoder = new CommandDecoder(new Recorder());
        var channel = new EmbeddedChannel(decoder);
        var came = 0;
        for (var piece : List.of("*2\r", "\n$4\r\nEC", "HO\r\n$100\r\n", "x".repeat(60))) {
            assertEquals(came, decoder.waitingBytes());
            channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1(piece)));
            came += piece.length();
        }
        assertEquals(came, decoder.waitingBytes());
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("x".repeat(40) + "\r\nPI")));
        assertEquals(2, decoder.waitingBytes());
        decoder.pause();
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("NG\r\n")));
        assertEquals(6, decoder.waitingBytes());
        decoder.stop();
        assertEquals(0, decoder.waitingBytes());
        channel.finishAndReleaseAll();
    }

    @Test
    void aPausedDecoderStopsReadingWhenMuchWaits() {
        var recorder = new Recorder();
        var decoder = new CommandDecoder(recorder);
        var channel = new EmbeddedChannel(decoder);
        decoder.pause();
        channel.writeInbound(Unpooled.copiedBuffer(new byte[1000]));
        assertTrue(channel.config().isAutoRead());
        channel.writeInbound(Unpooled.copiedBuffer(new byte[CommandDecoder.PAUSED_BYTES]));
        assertFalse(channel.config().isAutoRead());
        decoder.resume();
        channel.runPendingTasks();
        assertTrue(channel.config().isAutoRead());
        channel.finishAndReleaseAll();
    }

    @Test
    void aStoppedDecoderIgnoresTheRest() {
        var channel = new EmbeddedChannel();
        var recorder =
                new Recorder() {
                    @Override
                    public void command(byte[][] words) {
                        super.command(words);
                        channel.pipeline().get(CommandDecoder.class).stop();
                    }
                };
        channel.pipeline().addLast(new CommandDecoder(recorder));
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("QUIT\r\nPING\r\n")));
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("PING\r\n")));
        assertEquals(List.of("[QUIT]"), recorder.events);
    }

    @Test
    void whoTakesTheStreamOverGetsTheBytesBehindTheCommand() {
        for (int cut = 0; cut <= 16; cut++) {
            var stream = Pieces.latin1("PSYNC\r\nrest of it");
            var after = new Recorder();
            var channel = new EmbeddedChannel();
            var before =
                    new Recorder() {
                        @Override
                        public void command(byte[][] words) {
                            super.command(words);
                            channel.pipeline()
                                    .replace(
                                            CommandDecoder.class,
                                            "next",
                                            new CommandDecoder(after));
                        }
                    };
            channel.pipeline().addLast(new CommandDecoder(before));
            channel.writeInbound(Unpooled.copiedBuffer(stream, 0, cut));
            channel.writeInbound(Unpooled.copiedBuffer(stream, cut, stream.length - cut));
            channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("\r\n")));
            assertEquals(List.of("[PSYNC]"), before.events, "cut at " + cut);
            assertEquals(List.of("[rest, of, it]"), after.events, "cut at " + cut);
        }
    }

    @Test
    void removalOfAPausedDecoderHandsOnWhatItKept() {
        var recorder = new Recorder();
        var decoder = new CommandDecoder(recorder);
        var channel = new EmbeddedChannel(decoder);
        decoder.pause();
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("abc")));
        channel.pipeline().remove(decoder);
        ByteBuf rest = channel.readInbound();
        assertEquals("abc", rest.toString(StandardCharsets.ISO_8859_1));
        rest.release();
    }

    @Test
    void aLengthThatIsOnlyAnnouncedCostsNothing() {
        // Would need 5 TB if the announcements were believed.
        var channels = new ArrayList<EmbeddedChannel>();
        for (int i = 0; i < 2_000; i++) {
            var channel = new EmbeddedChannel(new CommandDecoder(new Recorder()));
            String head = i % 2 == 0 ? "*3\r\n$536870912\r\nab" : "*2147483647\r\n$5\r\nab";
            channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1(head)));
            channels.add(channel);
        }
        assertEquals(2_000, channels.size());
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @Test
    void aLongWordArrivesWhole() {
        var value = new byte[3_000_001];
        new SplittableRandom(1).nextBytes(value);
        var out = Unpooled.buffer();
        CommandWriter.write(out, Pieces.latin1("SET"), Pieces.latin1("k"), value);
        var words = new ArrayList<byte[][]>();
        var sink =
                new Recorder() {
                    @Override
                    public void command(byte[][] command) {
                        words.add(command);
                    }
                };
        var channel = new EmbeddedChannel(new CommandDecoder(sink));
        while (out.isReadable()) {
            channel.writeInbound(out.readBytes(Math.min(out.readableBytes(), 16_384)));
        }
        assertEquals(1, words.size());
        assertArrayEquals(value, words.getFirst()[2]);
    }

    @Test
    void aCommandBeyondTheQueryBufferLimitIsClosedWithoutAReply() {
        var recorder = new Recorder();
        var limits = CommandLimits.DEFAULT.withQueryBytes(100);
        var channel = new EmbeddedChannel(new CommandDecoder(recorder, limits));
        String word = "$50\r\n" + "x".repeat(50) + "\r\n";
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("*1\r\n" + word)));
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("*3\r\n" + word + word)));
        assertEquals(List.of("[" + "x".repeat(50) + "]", "-(silent)"), recorder.events);
    }

    @Test
    void whatIsOnlyAnnouncedCountsForNothing() {
        var recorder = new Recorder();
        var limits = CommandLimits.DEFAULT.withQueryBytes(1000);
        var channel = new EmbeddedChannel(new CommandDecoder(recorder, limits));
        String head = "*2147483647\r\n$1\r\nx\r\n$536870912\r\n";
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1(head)));
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("y".repeat(900))));
        assertEquals(List.of(), recorder.events);
        channel.writeInbound(Unpooled.copiedBuffer(Pieces.latin1("y".repeat(100))));
        assertEquals(List.of("-(silent)"), recorder.events);
    }

    private static void feed(EmbeddedChannel channel, List<ByteBuf> pieces) {
        pieces.forEach(channel::writeInbound);
        channel.finishAndReleaseAll();
    }
}
