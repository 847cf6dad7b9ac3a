package dev.vedette.sentinel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

class AddressTextTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, 10.0.0.7, 26379",
        "10.0.0.7:5000, 10.0.0.7, 5000",
        "db-1.example:26380, db-1.example, 26380",
        ":27379, 127.0.0.1, 27379",
        "::1, ::1, 26379",
        "[::1]:27379, ::1, 27379",
        "[::1], ::1, 26379"
    })
    void readsWhatPeopleType(String text, String host, int port) {
        assertEquals(new Address(host, port), new AddressText().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:", "host:port", "host:0", "host:65536", "[::1", "[::1]27379", ""})
    void refusesWhatNamesNoPort(String text) {
        assertThrows(TypeConversionException.class, () -> new AddressText().convert(text));
    }

    @Test
    void saysHowAnAddressIsWritten() {
        var refused =
                assertThrows(
                        TypeConversionException.class, () -> new AddressText().convert("host:x"));
        assertEquals(
                "'host:x' is not an address; write host:port, such as 127.0.0.1:26379",
                refused.getMessage());
    }
}
