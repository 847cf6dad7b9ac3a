package dev.vedette.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A connection that gives replies as the bytes that came. */
final class Peer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int FEW = 5;

    private final Socket socket;
    private final InputStream in;

    Peer(int port) throws IOException {
        socket = connect(port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static Socket connect(int port) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String shown(byte[] reply) {
        return new String(reply, StandardCharsets.ISO_8859_1);
    }

    /** The words of a line, parted by blanks; {@code ""} is an empty word. */
    static List<byte[]> words(String line) {
        return Arrays.stream(line.split(" ", -1))
                .map(word -> word.equals("\"\"") ? "" : word)
                .map(Peer::bytes)
                .toList();
    }

    /** The reply to a line of words, as text. */
    String call(String line) throws IOException {
        return shown(call(words(line)));
    }

    byte[] call(List<byte[]> words) throws IOException {
        send(words);
        return reply();
    }

    void send(List<byte[]> words) throws IOException {
        var out = new ByteArrayOutputStream();
        out.writeBytes(bytes("*" + words.size() + "\r\n"));
        for (var word : words) {
            out.writeBytes(bytes("$" + word.length + "\r\n"));
            out.writeBytes(word);
            out.writeBytes(bytes("\r\n"));
        }
        socket.getOutputStream().write(out.toByteArray());
    }

    /** The next reply or message. */
    byte[] reply() throws IOException {
        var reply = new ByteArrayOutputStream();
        read(reply);
        return reply.toByteArray();
    }

    /** Becomes a replica, which never acknowledges: each {@link #reply} is a command. */
    void sync() throws IOException {
        send(words("psync ? -1"));
        var line = line();
        while (line[0] != '$') {
            line = line();
        }
        var length = length(line);
        if (in.readNBytes(length).length < length) {
            throw new IOException("half a snapshot");
        }
    }

    /** What comes until nothing more comes for so long; no more than a few. */
    List<String> repliesWithin(int millis) throws IOException {
        var replies = new ArrayList<String>();
        socket.setSoTimeout(millis);
        try {
            while (replies.size() < FEW) {
                replies.add(shown(reply()));
            }
        } catch (SocketTimeoutException _) {
            // That was all.
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        return replies;
    }

    private void read(ByteArrayOutputStream reply) throws IOException {
        var line = line();
        reply.writeBytes(line);
        var number = line[0] == '$' || line[0] == '*' ? length(line) : 0;
        if (line[0] == '$' && number >= 0) {
            reply.writeBytes(in.readNBytes(number + 2));
        }
        for (var i = 0; line[0] == '*' && i < number; i++) {
            read(reply);
        }
    }

    private static int length(byte[] line) {
        return Integer.parseInt(shown(Arrays.copyOfRange(line, 1, line.length - 2)));
    }

    private byte[] line() throws IOException {
        var line = new ByteArrayOutputStream();
        var c = 0;
        while (c != '\n') {
            c = in.read();
            if (c < 0) {
                throw new IOException("the connection was closed");
            }
            line.write(c);
        }
        return line.toByteArray();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
