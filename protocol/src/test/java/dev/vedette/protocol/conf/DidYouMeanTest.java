package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class DidYouMeanTest {
    @Test
    void theNearestWordIsNamedAndAFarOneIsNot() {
        List<String> known = List.of("port", "maxmemory", "maxmemory-policy", "appendonly");
        assertEquals(Optional.of("port"), DidYouMean.among(known, "prot"));
        assertEquals(Optional.of("maxmemory"), DidYouMean.among(known, "max-memory"));
        assertEquals(Optional.of("appendonly"), DidYouMean.among(known, "append-only"));
        assertEquals(Optional.empty(), DidYouMean.among(known, "zebra"));
        assertEquals(Optional.empty(), DidYouMean.among(known, "x"));
    }

    @Test
    void swappedNeighboursCountAsOneChange() {
        assertEquals(1, DidYouMean.distance("port", "prot"));
        assertEquals(0, DidYouMean.distance("port", "port"));
        assertEquals(4, DidYouMean.distance("", "port"));
        assertEquals(2, DidYouMean.distance("bind", "band1"));
    }
}
