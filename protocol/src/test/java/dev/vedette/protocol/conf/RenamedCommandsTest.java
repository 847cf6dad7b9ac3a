package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The refusals are those of redis-server 7.0.15. */
class RenamedCommandsTest {
    private final RenamedCommands commands = new RenamedCommands(List.of("get", "set", "ping"));

    private void rename(String... words) throws BadDirective {
        var all = new ArrayList<>(List.of("rename-command"));
        all.addAll(List.of(words));
        var line = new ConfLine("redis.conf", 1, String.join(" ", all));
        commands.accept(new Statement(line, all));
    }

    private String refusal(String... words) {
        return assertThrows(BadDirective.class, () -> rename(words)).reason();
    }

    @Test
    void anEmptyNameTakesTheCommandAwayAndFreesItsName() throws BadDirective {
        rename("GET", "");
        rename("Set", "GET");
        assertEquals(Map.of("set", "get", "ping", "ping"), commands.names());
    }

    @Test
    void aCommandIsRenamedByTheNameThatItHasNow() throws BadDirective {
        rename("ping", "pong");
        rename("PONG", "pang");
        assertEquals("pang", commands.names().get("ping"));
        assertEquals("No such command in rename-command", refusal("ping", "x"));
    }

    @Test
    void whatRedisRefusesIsRefusedInItsWords() {
        assertEquals("No such command in rename-command", refusal("foo", "bar"));
        assertEquals("Target command name already exists", refusal("get", "SET"));
        assertEquals("Bad directive or wrong number of arguments", refusal("get"));
    }
}
