package dev.vedette.protocol.conf;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** File patterns as glob(3) takes them: {@code * ? [a-z] [!a-z]}, sorted; a dot must be written. */
final class Glob {
    private Glob() {}

    static boolean isPattern(String name) {
        return name.indexOf('*') >= 0 || name.indexOf('?') >= 0 || name.indexOf('[') >= 0;
    }

    static List<Path> expand(Path base, String pattern) throws IOException {
        List<Path> found = List.of(pattern.startsWith("/") ? Path.of("/") : base);
        for (String part : pattern.split("/", -1)) {
            if (!part.isEmpty()) {
                found = step(found, part);
            }
        }
        return found;
    }

    private static List<Path> step(List<Path> directories, String part) throws IOException {
        var next = new ArrayList<Path>();
        for (Path directory : directories) {
            if (!isPattern(part)) {
                Path path = directory.resolve(part).normalize();
                if (Files.exists(path)) {
                    next.add(path);
                }
            } else if (Files.isDirectory(directory)) {
                next.addAll(matches(directory, part));
            }
        }
        return next;
    }

    private static List<Path> matches(Path directory, String part) throws IOException {
        Pattern pattern = Pattern.compile(regex(part), Pattern.DOTALL);
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                boolean hidden = name.startsWith(".") && !part.startsWith(".");
                if (!hidden && pattern.matcher(name).matches()) {
                    found.add(entry);
                }
            }
        }
        found.sort(null);
        return found;
    }

    private static String regex(String part) {
        var regex = new StringBuilder();
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            int close = c == '[' ? part.indexOf(']', i + 2) : -1;
            if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else if (close > 0) {
                String set = part.substring(i + 1, close);
                boolean not = set.startsWith("!") || set.startsWith("^");
                regex.append(not ? "[^" : "[");
                regex.append(set.substring(not ? 1 : 0).replaceAll("[\\\\\\[&^]", "\\\\$0"));
                regex.append(']');
                i = close;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }
}
