package dev.vedette.sentinel;

import static dev.vedette.sentinel.OurSentinel.MONITOR;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.resp.RespValue;
import dev.vedette.sentinel.command.CommandNames;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code rename-command} gives other names, or takes away. */
@Timeout(60)
class RenameCommandTest {
    @TempDir Path folder;

    @Test
    void renamedCommandsAnswerToTheirNewNamesAlone() throws Exception {
        var lines = MONITOR + "\nrename-command PING Hello2\nrename-command CLIENT \"\"\n";
        try (var sentinel = OurSentinel.start(folder, lines)) {
            assertEquals("PONG", sentinel.call("hello2").asText());
            var gone = "ERR unknown command 'ping', with args beginning with: ";
            assertEquals(gone, sentinel.call("ping").asText());
            assertTrue(sentinel.call("CLIENT", "LIST").isError());
            var names = topLevelNames(sentinel);
            assertFalse(names.contains("client"), names.toString());
            assertTrue(names.contains("ping"), names.toString());
        }
    }

    @Test
    void theNamesThatAConfMayRenameAreThoseOfTheTable() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR)) {
            var names = topLevelNames(sentinel);
            assertTrue(CommandNames.ALL.containsAll(names), names.toString());
            var missing = new ArrayList<>(CommandNames.ALL);
            missing.removeAll(names);
            missing.remove("acl");
            assertEquals(List.of(), missing);
        }
    }

    private static List<String> topLevelNames(OurSentinel sentinel) throws IOException {
        return sentinel.call("COMMAND", "LIST").asList().stream()
                .map(RespValue::asText)
                .filter(name -> name.indexOf('|') < 0)
                .toList();
    }
}
