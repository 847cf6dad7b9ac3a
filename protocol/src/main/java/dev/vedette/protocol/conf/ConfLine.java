package dev.vedette.protocol.conf;

/**
 * Where a statement stands.
 *
 * @param source the absolute path of the file, or {@code <standard input>}, {@code <command line>}
 * @param number as Redis counts: lines of standard input and of the command line go on counting
 *     behind those of the main file; an included file has its own count
 * @param text the line without blanks around it
 */
public record ConfLine(String source, int number, String text) {
    public static final String STANDARD_INPUT = "<standard input>";
    public static final String COMMAND_LINE = "<command line>";

    /** {@code file:line}, or only the source where a line number would help nobody. */
    public String location() {
        return source.equals(COMMAND_LINE) ? source : source + ":" + number;
    }
}
