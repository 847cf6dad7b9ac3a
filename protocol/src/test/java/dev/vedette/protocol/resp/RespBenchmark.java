package dev.vedette.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

import java.util.concurrent.TimeUnit;

/**
 * What one command and one reply cost: a pipeline of SET commands read by a server, the replies
 * written by it, and the replies read by a client. Figures are per command.
 *
 * <pre>
 * mvn -pl protocol test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *     -Dexec.args="-cp %classpath org.openjdk.jmh.Main RespBenchmark"
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.buffer.checkAccessible=false",
            "-Dio.netty.buffer.checkBounds=false",
            "-Dio.netty.leakDetection.level=disabled"
        })
// JMH calls prepare before anything else.
@SuppressWarnings("NullAway.Init")
public class RespBenchmark {
    private static final int PIPELINE = 16;

    /** How long the values are. */
    @Param({"3", "1024"})
    public int valueBytes;

    private ByteBuf commands;
    private ByteBuf replies;
    private ByteBuf out;
    private byte[] value;
    private EmbeddedChannel server;
    private ReplyWriter writer;
    private RespParser parser;
    private Blackhole taken;

    @Setup
    public void prepare(Blackhole blackhole) throws RespException {
        taken = blackhole;
        value = new byte[valueBytes];
        commands = PooledByteBufAllocator.DEFAULT.directBuffer();
        replies = PooledByteBufAllocator.DEFAULT.directBuffer();
        out = PooledByteBufAllocator.DEFAULT.directBuffer();
        writer = new ReplyWriter(out);
        parser = new RespParser(RespLimits.DATA);
        var sent = new ReplyWriter(replies);
        for (int i = 0; i < PIPELINE; i++) {
            var key = Pieces.latin1("key:00000000" + (1000 + i));
            CommandWriter.write(commands, Pieces.latin1("SET"), key, value);
            sent.bulk(value);
        }
        server = new EmbeddedChannel(new CommandDecoder(new Taker()));
    }

    @TearDown
    public void release() {
        commands.release();
        replies.release();
        out.release();
        server.finishAndReleaseAll();
    }

    private final class Taker implements CommandSink {
        @Override
        public void command(byte[][] words) {
            taken.consume(words);
        }

        @Override
        public void readComplete() {}

        @Override
        public void protocolError(ProtocolError error) {
            throw new IllegalStateException(error.reason());
        }
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public void commandDecoded() {
        server.pipeline().fireChannelRead(commands.retainedDuplicate());
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public void replyWritten() {
        out.clear();
        for (int i = 0; i < PIPELINE; i++) {
            writer.bulk(value);
        }
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public void integerWritten() {
        out.clear();
        for (int i = 0; i < PIPELINE; i++) {
            writer.integer(12_345L * i);
        }
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public void replyRead() throws RespException {
        var in = replies.duplicate();
        while (in.isReadable()) {
            taken.consume(parser.next(in));
        }
    }
}
