package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class CommandLineTest {
    private static CommandLine parse(String... arguments) {
        return CommandLine.parse(List.of(arguments));
    }

    /** The lines that the options stand for, without the blanks at their ends. */
    private static List<String> lines(String... arguments) {
        return parse(arguments).overrides().lines().map(String::strip).toList();
    }

    @Test
    void aFirstArgumentWithoutDashIsTheConf() {
        assertEquals(Optional.of("a.conf"), parse("a.conf", "--port", "1").conf());
        assertEquals(Optional.empty(), parse("--port", "1").conf());
        assertEquals(Optional.empty(), parse().conf());
    }

    @Test
    void optionsBecomeLinesWithQuotedValues() {
        assertEquals(
                List.of("port \"1\"", "save \"900\" \"1\""),
                lines("a.conf", "--port", "1", "--save", "900", "1"));
        assertEquals(List.of("foo \"--bar\""), lines("--foo", "--bar"));
        assertEquals(List.of("\"foo\" \"bar\""), lines("a.conf", "foo", "bar"));
        assertEquals(List.of("port 7322", "foo"), lines("--port 7322", "--foo"));
        assertEquals(List.of("port \"1\"", "-foo"), lines("--port", "1", "---foo"));
    }

    @Test
    void saveAndSentinelMayStandAlone() {
        assertEquals(List.of("save \"\"", "port \"1\""), lines("--save", "--port", "1"));
        assertEquals(List.of("port \"1\"", "save \"\""), lines("--port", "1", "--save"));
        assertEquals(List.of("sentinel", "port \"1\""), lines("--sentinel", "--port", "1"));
        assertEquals(
                List.of("sentinel \"monitor\" \"m\" \"127.0.0.1\" \"1\" \"2\""),
                lines("--sentinel", "monitor", "m", "127.0.0.1", "1", "2"));
    }

    @Test
    void sentinelModeIsOnWhereverTheSwitchStands() {
        assertTrue(parse("a.conf", "--port", "1", "--sentinel").sentinel());
        assertFalse(parse("a.conf", "--port", "1").sentinel());
    }

    @Test
    void aDashAtEitherEndReadsStandardInput() {
        assertTrue(parse("-").readStdin());
        assertTrue(parse("a.conf", "--port", "1", "-").readStdin());
        assertEquals(List.of("port \"1\""), lines("a.conf", "--port", "1", "-"));
        assertFalse(parse("a.conf").readStdin());
    }

    @Test
    void versionAndHelpCountOnlyInTheFirstPlace() {
        assertEquals(CommandLine.Action.VERSION, parse("-v").action());
        assertEquals(CommandLine.Action.VERSION, parse("--version").action());
        assertEquals(CommandLine.Action.HELP, parse("-h").action());
        assertEquals(CommandLine.Action.HELP, parse("--help").action());
        assertEquals(CommandLine.Action.RUN, parse("a.conf", "-v").action());
        assertTrue(CommandLine.versionText().startsWith("Redis server v=7.2."));
    }
}
