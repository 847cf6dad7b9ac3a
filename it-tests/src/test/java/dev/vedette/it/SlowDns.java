package dev.vedette.it;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A name server that knows a few names and takes its time: started with its address and {@code
 * name=ip} each; a line of its input says how many milliseconds an answer takes from then on, or
 * {@code silent}.
 */
final class SlowDns {
    private static final int HEADER = 12;
    private static final int TYPE_A = 1;
    private static final int TTL_SECONDS = 1;
    private static final int SILENT = -1;

    private final Map<String, byte[]> names = new HashMap<>();
    private final DatagramSocket socket;
    private volatile int delayMillis;

    private SlowDns(String[] args) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(args[0]), 53));
        for (String word : Arrays.asList(args).subList(1, args.length)) {
            String[] pair = word.split("=", 2);
            names.put(pair[0], InetAddress.ofLiteral(pair[1]).getAddress());
        }
    }

    public static void main(String[] args) throws IOException {
        var dns = new SlowDns(args);
        Thread.ofPlatform().daemon().start(dns::serve);
        System.out.println("ready");
        var orders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.ISO_8859_1));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            dns.delayMillis = line.equals("silent") ? SILENT : Integer.parseInt(line);
        }
    }

    private void serve() {
        try {
            while (true) {
                var query = new DatagramPacket(new byte[512], 512);
                socket.receive(query);
                int delay = delayMillis;
                if (delay != SILENT) {
                    Thread.ofVirtual().start(() -> answer(query, Duration.ofMillis(delay)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(DatagramPacket query, Duration delay) {
        try {
            Thread.sleep(delay);
            byte[] reply = reply(Arrays.copyOf(query.getData(), query.getLength()));
            socket.send(new DatagramPacket(reply, reply.length, query.getSocketAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** RFC 1035, 4.1: one question, and its answer where there is one. */
    private byte[] reply(byte[] query) throws IOException {
        int end = HEADER;
        var name = new StringBuilder();
        while (query[end] != 0) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(query, end + 1, query[end], StandardCharsets.US_ASCII));
            end += query[end] + 1;
        }
        int type = ByteBuffer.wrap(query).getShort(end + 1);
        int questionEnd = end + 5;
        Optional<byte[]> address = Optional.ofNullable(names.get(name.toString()));
        boolean answers = address.isPresent() && type == TYPE_A;

        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.write(query, 0, 2);
        // A reply, recursion desired and there; the name is not known (3), or all is well.
        out.writeShort(address.isPresent() ? 0x8180 : 0x8183);
        out.writeShort(1);
        out.writeShort(answers ? 1 : 0);
        out.writeInt(0);
        out.write(query, HEADER, questionEnd - HEADER);
        if (answers) {
            // The name stands at offset 12.
            out.writeShort(0xC000 | HEADER);
            out.writeShort(TYPE_A);
            out.writeShort(1);
            out.writeInt(TTL_SECONDS);
            out.writeShort(4);
            out.write(address.get());
        }
        return bytes.toByteArray();
    }
}
