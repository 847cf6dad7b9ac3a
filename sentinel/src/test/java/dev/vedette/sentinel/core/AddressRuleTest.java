package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRuleTest {
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
        assertEquals(ip, AddressRule.isIp(host));
    }
}
