package dev.vedette.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/**
 * The users of a whole deployment with the very rights that docs/operations.md gives to each role;
 * the default user, who is the administrator here, needs the same password.
 */
final class Users {
    static final String PASSWORD = "open-sesame";

    /** Who looks for the master at a sentinel. */
    static final String CLIENT = "client";

    /** Who reads and writes data. */
    static final String APPLICATION = "application";

    private static final String ADMINISTRATOR = "user default on >" + PASSWORD + " ~* &* +@all";

    private Users() {}

    static List<String> serverLines() {
        return List.of(
                ADMINISTRATOR,
                "user "
                        + APPLICATION
                        + " on >"
                        + PASSWORD
                        + " ~* &* +@all -@admin -@dangerous +info",
                documented("sentinel"),
                documented("replica"),
                "masteruser replica",
                "masterauth " + PASSWORD);
    }

    static List<String> sentinelLines() {
        return List.of(
                ADMINISTRATOR,
                documented("peer"),
                documented(CLIENT),
                "sentinel sentinel-user peer",
                "sentinel sentinel-pass " + PASSWORD,
                "sentinel auth-user " + Topology.MASTER_NAME + " sentinel",
                "sentinel auth-pass " + Topology.MASTER_NAME + " " + PASSWORD);
    }

    private static String documented(String user) {
        try (var lines = Files.lines(Product.home().resolve("docs/operations.md"))) {
            return lines.map(String::strip)
                    .filter(line -> line.startsWith("user " + user + " on "))
                    .findFirst()
                    .orElseThrow()
                    .replace(">password", ">" + PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
