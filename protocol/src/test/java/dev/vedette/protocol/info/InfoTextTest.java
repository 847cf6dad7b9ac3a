package dev.vedette.protocol.info;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RealRedis;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

class InfoTextTest {
    @Test
    void whatWasBuiltIsReadBack() {
        String text =
                InfoText.builder()
                        .section("Server")
                        .field("redis_version", "7.2.0")
                        .field("tcp_port", 6379)
                        .section("Replication")
                        .field("role", "master")
                        .field("slave0", "ip=127.0.0.1,port=6380,state=online")
                        .field("connected", true)
                        .build();
        assertEquals(
                String.join(
                        "\r\n",
                        "# Server",
                        "redis_version:7.2.0",
                        "tcp_port:6379",
                        "",
                        "# Replication",
                        "role:master",
                        "slave0:ip=127.0.0.1,port=6380,state=online",
                        "connected:1",
                        ""),
                text);
        var info = InfoText.parse(text);
        assertEquals(
                List.of("Server", "Replication"),
                info.sections().stream().map(InfoText.Section::name).toList());
        assertEquals(Optional.of("master"), info.field("role"));
        assertEquals(OptionalLong.of(6379), info.number("tcp_port"));
        assertEquals(OptionalLong.empty(), info.number("role"));
        assertEquals(3, info.section("replication").orElseThrow().fields().size());
    }

    @Test
    void aFieldThatComesTwiceHasItsLastValueAndLosesNone() {
        var info = InfoText.parse("a:1\r\n# S\r\na:2\nb:x:y\r\n");
        assertEquals(Optional.of("2"), info.field("a"));
        assertEquals(Optional.of("x:y"), info.field("b"));
        assertEquals(3, info.fields().size());
        assertEquals("", info.sections().getFirst().name());
    }

    @Test
    void aLineEndInAValueBeginsNoOtherField() {
        String text = InfoText.builder().field("name", "x\r\nrole:master").build();
        assertEquals(Optional.empty(), InfoText.parse(text).field("role"));
    }

    @Test
    void anyTextCanBeRead() {
        for (long seed = 0; seed < 500; seed++) {
            var random = new SplittableRandom(seed);
            var text = new StringBuilder();
            for (int i = random.nextInt(200); i > 0; i--) {
                text.append("#:\r\n ab\0é".charAt(random.nextInt(9)));
            }
            var info = InfoText.parse(text.toString());
            assertTrue(info.fields().stream().noneMatch(field -> field.name().isEmpty()));
        }
    }

    @Test
    void theInfoOfARealServerIsRead() throws Exception {
        try (var redis = RealRedis.start();
                var client = redis.connect()) {
            String text = client.call("INFO").asText();
            var info = InfoText.parse(text);
            assertEquals(Optional.of("master"), info.field("role"));
            assertEquals(OptionalLong.of(redis.address().port()), info.number("tcp_port"));
            // Written again it is the same, byte for byte.
            var builder = InfoText.builder();
            for (var section : info.sections()) {
                builder.section(section.name());
                section.fields().forEach(field -> builder.field(field.name(), field.value()));
            }
            assertEquals(text, builder.build());
        }
    }
}
