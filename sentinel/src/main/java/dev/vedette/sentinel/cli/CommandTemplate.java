package dev.vedette.sentinel.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A command line in which {@code {conf}} stands for the path of a conf file. */
record CommandTemplate(List<String> template) {
    private static final String CONF = "{conf}";

    static CommandTemplate launcher(Path launcher) {
        return new CommandTemplate(List.of(launcher.toString(), CONF));
    }

    /** Words parted by blanks; a template that names no conf gets it as its last word. */
    static CommandTemplate parse(String text) {
        List<String> words = Arrays.asList(text.strip().split("\\s+"));
        return text.contains(CONF)
                ? new CommandTemplate(words)
                : new CommandTemplate(Stream.concat(words.stream(), Stream.of(CONF)).toList());
    }

    List<String> words(Path conf) {
        return template.stream().map(word -> word.replace(CONF, conf.toString())).toList();
    }
}
