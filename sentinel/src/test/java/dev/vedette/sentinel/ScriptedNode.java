package dev.vedette.sentinel;

import dev.vedette.protocol.net.Address;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node, or a sentinel, that says whatever a test wants: it speaks as much of the protocol as a
 * sentinel asks of it, each connection in a thread of its own.
 */
final class ScriptedNode implements AutoCloseable {
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<OutputStream> subscribers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger infos = new AtomicInteger();
    private final AtomicInteger votes = new AtomicInteger();

    /** The text of INFO. */
    volatile byte[] info = bytes("role:master\r\n");

    /** The reply to SENTINEL IS-MASTER-DOWN-BY-ADDR, as it is on the wire. */
    volatile String masterDown = "*3\r\n:0\r\n$1\r\n*\r\n:0\r\n";

    /** The reply to PING. */
    volatile String ping = "+PONG\r\n";

    private ScriptedNode() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    static ScriptedNode start() throws IOException {
        var node = new ScriptedNode();
        Thread.ofVirtual().start(node::accept);
        return node;
    }

    Address address() {
        return new Address("127.0.0.1", server.getLocalPort());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    int subscribers() {
        return subscribers.size();
    }

    /** How often INFO was asked for. */
    int infos() {
        return infos.get();
    }

    /** How often it was asked whether the master is down. */
    int questions() {
        return votes.get();
    }

    /** A message on the channel of hellos, to all who listen. */
    void say(String hello) throws IOException {
        for (var out : subscribers) {
            var payload = bytes(hello);
            write(
                    out,
                    bytes("*3\r\n$7\r\nmessage\r\n$18\r\n__sentinel__:hello\r\n"),
                    bytes("$" + payload.length + "\r\n"),
                    payload,
                    bytes("\r\n"));
        }
    }

    private static void write(OutputStream out, byte[]... parts) throws IOException {
        synchronized (out) {
            for (var part : parts) {
                out.write(part);
            }
            out.flush();
        }
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        OutputStream subscribed = null;
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            var out = socket.getOutputStream();
            while (true) {
                var words = command(in);
                if (words.isEmpty()) {
                    return;
                }
                if (words.getFirst().equalsIgnoreCase("SUBSCRIBE")) {
                    subscribed = out;
                    write(
                            out,
                            bytes("*3\r\n$9\r\nsubscribe\r\n$18\r\n__sentinel__:hello\r\n:1\r\n"));
                    subscribers.add(out);
                } else {
                    answer(words.getFirst().toUpperCase(Locale.ROOT), out);
                }
            }
        } catch (IOException gone) {
            // It will come again.
        } finally {
            sockets.remove(socket);
            if (subscribed != null) {
                subscribers.remove(subscribed);
            }
        }
    }

    private void answer(String command, OutputStream out) throws IOException {
        switch (command) {
            case "PING" -> write(out, bytes(ping));
            case "PUBLISH" -> write(out, bytes(":1\r\n"));
            case "INFO" -> {
                infos.incrementAndGet();
                var text = info;
                write(out, bytes("$" + text.length + "\r\n"), text, bytes("\r\n"));
            }
            case "SENTINEL" -> {
                votes.incrementAndGet();
                write(out, bytes(masterDown));
            }
            default -> write(out, bytes("+OK\r\n"));
        }
    }

    /** Empty at the end of the connection. */
    private static List<String> command(InputStream in) throws IOException {
        var head = line(in);
        if (!head.startsWith("*")) {
            return List.of();
        }
        var words = new ArrayList<String>();
        for (int i = Integer.parseInt(head.substring(1)); i > 0; i--) {
            int length = Integer.parseInt(line(in).substring(1));
            words.add(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
            in.readNBytes(2);
        }
        return words;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
