package dev.vedette.protocol.daemon;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * Redis's form of a log line: {@code <pid>:<role> <dd Mon yyyy HH:mm:ss.SSS> <sign> <text>}, in
 * local time (Redis server.c, serverLogRaw).
 */
public final class LogLine {
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    private static final long PID = ProcessHandle.current().pid();

    private LogLine() {}

    public static String format(char role, long epochMillis, char sign, String text) {
        var line = new StringBuilder(48 + text.length());
        line.append(PID).append(':').append(role).append(' ');
        appendTime(line, epochMillis);
        return line.append(' ').append(sign).append(' ').append(text).toString();
    }

    private static void appendTime(StringBuilder line, long epochMillis) {
        var at = LocalDateTime.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneId.systemDefault());
        two(line, at.getDayOfMonth()).append(' ').append(MONTHS[at.getMonthValue() - 1]);
        line.append(' ').append(at.getYear()).append(' ');
        two(line, at.getHour()).append(':');
        two(line, at.getMinute()).append(':');
        two(line, at.getSecond()).append('.');
        int millis = at.getNano() / 1_000_000;
        line.append((char) ('0' + millis / 100));
        two(line, millis % 100);
    }

    private static StringBuilder two(StringBuilder line, int number) {
        return line.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
