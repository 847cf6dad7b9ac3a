package dev.vedette.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whose daemons are started: those of this checkout, or those of the installed Redis. */
enum Product {
    VEDETTE("vedette-server", "vedette-sentinel"),
    REDIS("redis-server", "redis-sentinel");

    private final String server;
    private final String sentinel;

    Product(String server, String sentinel) {
        this.server = server;
        this.sentinel = sentinel;
    }

    /** The command that starts its server with this conf and these further words. */
    List<String> server(List<String> words) {
        return command(server, words);
    }

    List<String> sentinel(List<String> words) {
        return command(sentinel, words);
    }

    private List<String> command(String program, List<String> words) {
        var command = new ArrayList<String>();
        command.add(this == VEDETTE ? launcher(program).toString() : program);
        command.addAll(words);
        return command;
    }

    /** A launcher of this checkout. */
    static Path launcher(String name) {
        Path launcher = home().resolve("bin").resolve(name);
        if (!Files.isExecutable(launcher)) {
            throw new IllegalStateException(launcher + " is missing");
        }
        return launcher;
    }

    /** The root of the checkout: the tests run in the folder of their module. */
    static Path home() {
        return Path.of("..").toAbsolutePath().normalize();
    }
}
