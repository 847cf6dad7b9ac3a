package dev.vedette.sentinel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Three places: a has the master, b a replica, c a sentinel alone; each has one sentinel. */
class SimulateCommandTest {
    private static final String CONF =
            """
            port 26379
            sentinel myid 1111111111111111111111111111111111111111
            sentinel monitor orders 10.0.0.1 6379 2
            sentinel down-after-milliseconds orders 2000
            sentinel failover-timeout orders 10000
            sentinel known-replica orders 10.0.0.2 6379
            sentinel known-sentinel orders 10.0.0.2 26379 2222222222222222222222222222222222222222
            sentinel known-sentinel orders 10.0.0.3 26379 3333333333333333333333333333333333333333
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path conf = Path.of("");

    @BeforeEach
    void write(@TempDir Path folder) throws IOException {
        conf = Files.writeString(folder.resolve("sentinel.conf"), CONF);
    }

    private int run(String... more) {
        var arguments = new String[more.length + 3];
        arguments[0] = "simulate";
        arguments[1] = "--conf";
        arguments[2] = conf.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return VedetteMain.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void aZoneThatGoesWithTheMasterIsSurvivedInDownAfterAndAMoment() {
        int code = run("--zone", "a=10.0.0.1,self", "--faults", "ZONE_LOST", "--seeds", "10");
        assertEquals(ExitCode.OK, code, () -> out + "" + err);
        assertTrue(out.toString().contains("ZONE_LOST a: 10 times"), out::toString);
        assertTrue(out.toString().contains("failovers: 10"), out::toString);
        assertTrue(out.toString().contains("median 2."), out::toString);
        assertTrue(out.toString().contains("no rule was broken"), out::toString);
    }

    @Test
    void aZoneThatTakesTheMajorityLeavesNoMasterAndScriptsHearOfIt() {
        int code =
                run("--zone", "ab=10.0.0.1,10.0.0.2,self", "--faults", "zone-lost", "--seeds", "5");
        assertEquals(ExitCode.UNHEALTHY, code, () -> out + "" + err);
        assertTrue(out.toString().contains("WITHOUT A MASTER"), out::toString);
        assertTrue(out.toString().contains("--seed 1"), out::toString);
    }

    @Test
    void theStoryOfOneSeedIsToldALineAnEvent() {
        assertEquals(ExitCode.OK, run("--faults", "MASTER_KILLED", "--seed", "3"));
        assertTrue(out.toString().contains("MASTER_KILLED"), out::toString);
        assertTrue(out.toString().contains("+switch-master"), out::toString);
    }

    @Test
    void theSameFiguresAreThereForPrograms() throws IOException {
        assertEquals(
                ExitCode.OK,
                run("--faults", "MASTER_KILLED,REPLICA_KILLED", "--seeds", "8", "--json"));
        var root = new ObjectMapper().readTree(out.toString());
        assertEquals(8, root.get("seeds").asLong());
        assertEquals(0, root.get("violations").size());
        assertTrue(root.get("faults").has("MASTER_KILLED"), out::toString);
    }

    @Test
    void theConfIsOnlyRead() throws IOException {
        run("--faults", "MASTER_KILLED", "--seeds", "2");
        assertEquals(CONF, Files.readString(conf));
    }

    @Test
    void aFaultThatDoesNotExistIsNamed() {
        assertEquals(ExitCode.USAGE, run("--faults", "METEOR"));
        assertTrue(err.toString().contains("'METEOR' is no fault"), err::toString);
    }

    @Test
    void aMasterThatIsNotMonitoredIsNamed() {
        assertEquals(ExitCode.NO_SUCH_MASTER, run("--master", "other"));
        assertTrue(err.toString().contains("no master named 'other'"), err::toString);
    }
}
