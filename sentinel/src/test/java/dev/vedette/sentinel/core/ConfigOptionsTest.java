package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** SENTINEL CONFIG SET: what is taken, what is refused, what it does at once. */
class ConfigOptionsTest {
    private static Answer set(CoreDriver driver, String... words) {
        return driver.reply(driver.ask(new OperatorCommand.ConfigSet(List.of(words))))
                .orElseThrow();
    }

    private static Answer refused(String line) {
        return new Answer.Refused(line);
    }

    @Test
    void severalPairsHoldTogetherAndAreSaved() {
        var driver = CoreDriver.group(2);
        assertEquals(
                new Answer.Ok(),
                set(driver, "Announce-IP", "10.0.0.9", "announce-port", "77", "loglevel", "DEBUG"));
        assertEquals(Optional.of("10.0.0.9"), driver.core.options().announceHost());
        assertEquals(Optional.of(77), driver.core.options().announcePort());
        assertEquals("debug", driver.core.options().logLevel());
        assertEquals(driver.core.options(), driver.core.state().options());
        assertTrue(driver.effects.contains(new Effect.SetLogLevel("debug")));
        assertTrue(driver.effects.stream().anyMatch(Effect.Persist.class::isInstance));
    }

    @Test
    void theNextHellosAnnounceWhatWasSet() {
        var driver = CoreDriver.group(2);
        set(driver, "announce-ip", "10.0.0.9", "announce-port", "77");
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(3));
        var hellos = driver.sent(CoreDriver.PEER_A_AT, Request.PublishHello.class);
        assertFalse(hellos.isEmpty());
        assertEquals("10.0.0.9:77", hellos.getFirst().hello().sentinel().toString());
        set(driver, "announce-ip", "", "announce-port", "0");
        assertEquals(SentinelOptions.DEFAULTS, driver.core.options());
    }

    @Test
    void oneBadPairLeavesEverythingAsItWas() {
        var driver = CoreDriver.group(2);
        assertEquals(
                refused("ERR Invalid value '65536' to SENTINEL CONFIG SET 'announce-port'"),
                set(driver, "announce-ip", "10.0.0.9", "announce-port", "65536"));
        assertEquals(
                refused("ERR Invalid argument 'foo' to SENTINEL CONFIG SET"),
                set(driver, "loglevel", "debug", "foo", "1"));
        assertEquals(
                refused("ERR Duplicate argument 'LOGLEVEL' to SENTINEL CONFIG SET"),
                set(driver, "loglevel", "debug", "LOGLEVEL", "debug"));
        assertEquals(
                refused("ERR Missing argument 'announce-ip' value"),
                set(driver, "loglevel", "debug", "announce-ip"));
        assertEquals(
                refused("ERR Invalid value 'loud' to SENTINEL CONFIG SET 'loglevel'"),
                set(driver, "loglevel", "loud"));
        assertEquals(
                refused("ERR Invalid value 'maybe' to SENTINEL CONFIG SET 'resolve-hostnames'"),
                set(driver, "resolve-hostnames", "maybe"));
        assertEquals(SentinelOptions.DEFAULTS, driver.core.options());
        assertTrue(driver.effects.stream().noneMatch(Effect.Persist.class::isInstance));
    }

    @Test
    void noValueCanHoldAControlCharacterAndNoWildcardIsAnnounced() {
        var driver = CoreDriver.group(2);
        for (var name : List.of("announce-ip", "sentinel-user", "sentinel-pass", "loglevel")) {
            for (var bad : List.of("a\nb", "a\rb", "a\0b", "\t", "\u007f")) {
                assertEquals(
                        refused(
                                "ERR Invalid value '"
                                        + bad
                                        + "' to SENTINEL CONFIG SET '"
                                        + name
                                        + "'"),
                        set(driver, name, bad));
            }
        }
        for (var bad : List.of("a,b", "a b", "0.0.0.0", "::", "*")) {
            assertEquals(
                    refused("ERR Invalid value '" + bad + "' to SENTINEL CONFIG SET 'announce-ip'"),
                    set(driver, "announce-ip", bad));
        }
        assertEquals(SentinelOptions.DEFAULTS, driver.core.options());
    }

    @Test
    void aNewPasswordForPeersMakesTheirLinksLogInAnew() {
        var driver = CoreDriver.group(2);
        set(driver, "sentinel-pass", "secret", "sentinel-user", "u");
        driver.advance(Duration.ofSeconds(2));
        var login =
                driver.links.values().stream()
                        .filter(spec -> spec.target().equals(CoreDriver.PEER_A_AT))
                        .map(LinkSpec::credentials)
                        .toList();
        assertEquals(
                List.of(Optional.of(new LinkSpec.Credentials(Optional.of("u"), "secret"))), login);
        driver.effects.clear();
        set(driver, "loglevel", "notice");
        assertTrue(driver.effects.stream().noneMatch(Effect.CloseLink.class::isInstance));
    }
}
