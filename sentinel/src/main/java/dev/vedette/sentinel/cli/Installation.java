package dev.vedette.sentinel.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where this copy of Vedette lives: the folder above {@code bin}. */
final class Installation {
    private Installation() {}

    /** The launcher of that name. */
    static Path launcher(String name) {
        Path launcher = home().resolve("bin").resolve(name);
        if (!Files.isExecutable(launcher)) {
            throw CliException.failed(
                    launcher
                            + " is missing: the demo starts the daemons through the launchers."
                            + " Use a whole checkout, or name commands with --server-command"
                            + " and --sentinel-command");
        }
        return launcher;
    }

    /** As bin/vedette says; started in another way, the first folder above our classes with it. */
    private static Path home() {
        String named = System.getProperty("vedette.home", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        Path classes = classes();
        for (Path folder = classes; folder != null; folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve("bin/vedette-server"))) {
                return folder;
            }
        }
        return classes;
    }

    private static Path classes() {
        try {
            return Path.of(
                            Installation.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI())
                    .toAbsolutePath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("classes come from a place that is no file", e);
        }
    }
}
