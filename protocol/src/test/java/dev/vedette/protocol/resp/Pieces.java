package dev.vedette.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Ways in which the network may cut a stream. */
final class Pieces {
    private Pieces() {}

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** In two at every place, in single bytes, and whole. */
    static List<List<ByteBuf>> everyWay(byte[] stream) {
        var ways = new ArrayList<List<ByteBuf>>();
        for (int cut = 0; cut <= stream.length; cut++) {
            ways.add(
                    List.of(
                            Unpooled.copiedBuffer(stream, 0, cut),
                            Unpooled.copiedBuffer(stream, cut, stream.length - cut)));
        }
        var single = new ArrayList<ByteBuf>();
        for (byte each : stream) {
            single.add(Unpooled.copiedBuffer(new byte[] {each}));
        }
        ways.add(single);
        return ways;
    }

    static List<ByteBuf> randomly(byte[] stream, RandomGenerator random) {
        var pieces = new ArrayList<ByteBuf>();
        for (int at = 0; at < stream.length; ) {
            int count = Math.min(stream.length - at, random.nextInt(1, 40));
            pieces.add(Unpooled.copiedBuffer(stream, at, count));
            at += count;
        }
        return pieces;
    }
}
