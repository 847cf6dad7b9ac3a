package dev.vedette.protocol.daemon;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Writes each event as one line in Redis's form, to standard output or to a file. Before a line is
 * written the file's name is looked at: where logrotate moved it away, a new one is opened. A line
 * that cannot be written is lost, as with Redis; the daemon goes on. Any thread.
 */
final class LogOutput extends AppenderBase<ILoggingEvent> {
    private volatile char role;
    private final Optional<Path> file;
    private @Nullable FileChannel out;
    private @Nullable Object openedKey;

    /** Standard output, or the file, which must be writable now. */
    LogOutput(char role, Optional<Path> file) throws IOException {
        this.role = role;
        this.file = file;
        if (file.isPresent()) {
            reopen(file.get());
        }
    }

    void changeRole(char other) {
        role = other;
    }

    @Override
    protected void append(ILoggingEvent event) {
        char sign = LogLevel.sign(event.getLevel());
        var text = new StringBuilder();
        line(text, event, sign, event.getFormattedMessage());
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            ThrowableProxyUtil.asString(thrown)
                    .lines()
                    .forEach(each -> line(text, event, sign, each));
        }
        try {
            write(text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Nobody is left to tell: the log itself is what fails.
            addError("log line lost", e);
        }
    }

    private void line(StringBuilder text, ILoggingEvent event, char sign, String message) {
        String oneLine = message.replace("\r", "\\r").replace("\n", "\\n");
        text.append(LogLine.format(role, event.getTimeStamp(), sign, oneLine)).append('\n');
    }

    private void write(byte[] lines) throws IOException {
        if (file.isEmpty()) {
            System.out.write(lines, 0, lines.length);
            System.out.flush();
            return;
        }
        if (movedAway(file.get())) {
            reopen(file.get());
        }
        var rest = ByteBuffer.wrap(lines);
        while (out != null && rest.hasRemaining()) {
            out.write(rest);
        }
    }

    private boolean movedAway(Path path) {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null || !key.equals(openedKey);
        } catch (IOException e) {
            return true;
        }
    }

    private void reopen(Path path) throws IOException {
        FileChannel fresh =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND);
        if (out != null) {
            out.close();
        }
        out = fresh;
        openedKey = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }
}
