package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameBookTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "127.0.0.1, true",
        "255.255.255.255, true",
        "256.0.0.1, false",
        "1.2.3, false",
        "1.2.3.4.5, false",
        "1.2..4, false",
        "::1, true",
        "fe80::1%eth0, false",
        "2001:db8::5:6379, true",
        "redis-1, false",
        "redis.example.com, false",
        "localhost, false"
    })
    void anIpIsToldFromAName(String host, boolean ip) {
        assertEquals(ip, NameBook.isIp(host));
    }

    private static final Address NODE = new Address("Node-1", 6379);

    private static NameBook book(boolean resolve, boolean announce) {
        var options =
                SentinelOptions.DEFAULTS.toBuilder()
                        .resolveHostnames(resolve)
                        .announceHostnames(announce)
                        .build();
        return new NameBook(() -> options);
    }

    private static Address at(String ip) {
        return new Address(ip, 6379);
    }

    @Test
    void aNameAndItsAddressAreOneNode() {
        var book = book(true, false);
        assertFalse(book.same(NODE, at("10.0.0.1")));
        assertTrue(book.same(NODE, at("node-1")), "names differ in case alone");
        assertTrue(book.reached("node-1", "10.0.0.1"));
        assertTrue(book.same(NODE, at("10.0.0.1")));
        assertFalse(book.same(NODE, at("10.0.0.2")));
        assertFalse(book.same(NODE, new Address("10.0.0.1", 6380)));
        assertFalse(book.reached("NODE-1", "10.0.0.1"));
        assertTrue(book.same(NODE, at("10.0.0.1")));
    }

    @Test
    void aNameServerIsBelievedUntilSomebodyAnswersSomewhere() {
        var book = book(true, false);
        assertTrue(book.resolved("node-1", "10.9.9.9"));
        assertTrue(book.resolved("node-1", "10.0.0.1"));
        assertFalse(book.reached("node-1", "10.0.0.1"));
        assertFalse(book.resolved("node-1", "10.9.9.9"));
        assertTrue(book.same(NODE, at("10.0.0.1")));
    }

    @Test
    void itIsRememberedWhereANodeWas() {
        var book = book(true, false);
        book.reached("node-1", "10.0.0.1");
        assertTrue(book.reached("node-1", "10.0.0.9"));
        assertTrue(book.wasAt(NODE, at("10.0.0.1")));
        assertFalse(book.wasAt(NODE, at("10.0.0.9")));
        book.reached("node-1", "10.0.0.1");
        assertFalse(book.wasAt(NODE, at("10.0.0.1")), "it is there again");
    }

    @Test
    void namesAreShownOnlyWhereTheyAreAnnouncedAndSavedOnlyWhereTheyCanBeRead() {
        var resolving = book(true, false);
        assertEquals(NODE, resolving.shown(NODE), "nothing better is known");
        resolving.reached("node-1", "10.0.0.1");
        assertEquals(at("10.0.0.1"), resolving.shown(NODE));
        assertEquals(NODE, resolving.saved(NODE));
        var announcing = book(true, true);
        announcing.reached("node-1", "10.0.0.1");
        assertEquals(NODE, announcing.shown(NODE));
        var numeric = book(false, false);
        numeric.reached("node-1", "10.0.0.1");
        assertEquals(at("10.0.0.1"), numeric.saved(NODE));
        assertFalse(numeric.usable("node-2"));
        assertTrue(resolving.usable("node-2"));
    }
}
