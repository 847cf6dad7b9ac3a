package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;

class CipherListTest {
    private static final List<String> SUITES =
            List.of(
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
                    "TLS_RSA_WITH_AES_128_CBC_SHA");

    private static List<String> chosen(String text) {
        return CipherList.choose(text, SUITES).orElse(List.of());
    }

    @Test
    void theNamesOfOpenSslMeanTheSuitesOfTheJdkInTheOrderWritten() {
        assertEquals(
                List.of(
                        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                        "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
                        "TLS_RSA_WITH_AES_128_CBC_SHA"),
                chosen(
                        "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
                                + ":ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES256-SHA256:AES128-SHA"));
    }

    @Test
    void aGroupChoosesItsSuitesAndAPlusMeansBoth() {
        assertEquals(List.of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), chosen("aRSA+AESGCM"));
        assertEquals(3, chosen("ECDHE").size());
    }

    @Test
    void whatIsStruckOutNeverComesBackAndWhatIsTakenAwayMay() {
        assertFalse(chosen("!ECDHE:ALL").stream().anyMatch(name -> name.contains("ECDHE")));
        assertEquals(5, chosen("ALL:-ECDHE:ECDHE").size());
        assertEquals(
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", chosen("ALL:+AES128:-kRSA").getLast());
    }

    @Test
    void theSampleOfRedisDefaultWithoutMediumIsTheDefault() {
        assertEquals(5, chosen("DEFAULT:!MEDIUM").size());
    }

    @Test
    void aListThatChoosesNothingIsNone() {
        assertEquals(Optional.empty(), CipherList.choose("FOO", SUITES));
        assertEquals(Optional.empty(), CipherList.choose("ALL:!ALL", SUITES));
    }

    @Test
    void suitesOfTls13KeepTheirOrderAndAnUnknownNameSpoilsTheList() {
        assertEquals(
                Optional.of(List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384")),
                CipherList.suites13("TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384", SUITES));
        assertEquals(Optional.empty(), CipherList.suites13("TLS_AES_128_GCM_SHA256:FOO", SUITES));
        assertEquals(Optional.empty(), CipherList.suites13("TLS_AES_128_CCM_SHA256", SUITES));
    }

    @Test
    void everySuiteOfThisJdkIsChosenByAll() throws Exception {
        var available =
                List.of(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites());
        var all = CipherList.choose("ALL", available).orElseThrow();
        var tls12 =
                available.stream()
                        .filter(name -> !CipherList.isOfTls13(name) && !name.contains("SCSV"))
                        .toList();
        assertTrue(all.containsAll(tls12), tls12 + " " + all);
    }
}
