package dev.vedette.sentinel;

import dev.vedette.protocol.net.Address;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection that shows replies byte by byte, each byte as one character. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 5_000;

    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static RawClient connect(Address address) throws IOException {
        var socket = new Socket(address.host(), address.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new RawClient(socket);
    }

    String call(String... words) throws IOException {
        var command = new ByteArrayOutputStream();
        command.writeBytes(latin("*" + words.length + "\r\n"));
        for (var word : words) {
            command.writeBytes(latin("$" + latin(word).length + "\r\n" + word + "\r\n"));
        }
        socket.getOutputStream().write(command.toByteArray());
        return reply();
    }

    /** The next reply, however deep it is. */
    String reply() throws IOException {
        var line = line();
        var length = line.length() > 1 && line.charAt(1) != '-' ? line.strip().substring(1) : "0";
        return switch (line.charAt(0)) {
            case '$', '=' ->
                    line.startsWith("$-")
                            ? line
                            : line
                                    + new String(
                                            in.readNBytes(Integer.parseInt(length) + 2),
                                            StandardCharsets.ISO_8859_1);
            case '*', '~', '>' -> line + replies(Integer.parseInt(length));
            case '%' -> line + replies(2 * Integer.parseInt(length));
            default -> line;
        };
    }

    private String replies(int count) throws IOException {
        var all = new StringBuilder();
        for (var i = 0; i < count; i++) {
            all.append(reply());
        }
        return all.toString();
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        while (line.indexOf("\n") < 0) {
            var next = in.read();
            if (next < 0) {
                throw new EOFException("closed after \"" + line + "\"");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
