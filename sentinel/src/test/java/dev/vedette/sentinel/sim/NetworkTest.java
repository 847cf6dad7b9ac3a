package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.time.Duration.ofMillis;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Connections between two machines of which one echoes. */
class NetworkTest {
    private final World world = new World(1);
    private final Echo here = new Echo(world, "here", "10.0.0.1");
    private final Echo there = new Echo(world, "there", "10.0.0.2");
    private final Recorder recorder = new Recorder();

    NetworkTest() {
        here.start();
        there.start();
    }

    @Test
    void messagesArriveInTheOrderInWhichTheyWereSentAlsoWhenSomeAreLost() {
        world.network.loss(0.3);
        var side = connect();
        run(5_000);
        for (long i = 0; i < 50; i++) {
            side.send(new Wire.Acknowledge(i));
        }
        run(600_000);
        assertEquals(50, recorder.received.size());
        for (int i = 0; i < 50; i++) {
            assertEquals(new Wire.Acknowledge(i), recorder.received.get(i));
        }
    }

    @Test
    void aDeadProcessRefusesAndADeadMachineIsSilent() {
        there.kill();
        connect();
        run(100);
        assertEquals(List.of(Cause.REFUSED), recorder.closed);
        there.start();
        there.powerOff();
        connect();
        run(900);
        assertEquals(1, recorder.closed.size());
        run(200);
        assertEquals(List.of(Cause.REFUSED, Cause.CONNECT_TIMEOUT), recorder.closed);
    }

    @Test
    void aProcessThatDiesResetsItsConnections() {
        connect();
        run(10);
        there.kill();
        run(10);
        assertEquals(List.of(Cause.RESET), recorder.closed);
    }

    @Test
    void aCutIsSilenceAndWhatWasSentArrivesAfterItHeals() {
        var side = connect();
        run(10);
        world.network.cut("here").from("there");
        side.send(new Wire.Acknowledge(1));
        run(5_000);
        assertEquals(List.of(), recorder.received);
        world.network.heal();
        run(10_000);
        assertEquals(List.of(new Wire.Acknowledge(1)), recorder.received);
        assertEquals(List.of(), recorder.closed);
    }

    @Test
    void aOneWayCutHoldsUpOneDirectionOnly() {
        var side = connect();
        run(10);
        world.network.cutPackets("there").to("here");
        side.send(new Wire.Acknowledge(1));
        run(1_000);
        assertEquals(1, there.heard);
        assertEquals(List.of(), recorder.received);
    }

    @Test
    void aMachineThatLostPowerAnswersOldConnectionsWithAResetOnceItIsBack() {
        var side = connect();
        run(10);
        there.powerOff();
        run(1_000);
        there.start();
        assertEquals(List.of(), recorder.closed);
        side.send(new Wire.Acknowledge(1));
        run(1_000);
        assertEquals(List.of(Cause.RESET), recorder.closed);
    }

    @Test
    void aStoppedProcessReadsEverythingInOrderWhenItContinues() {
        there.pause();
        var side = connect();
        run(10);
        assertEquals(1, recorder.opened);
        side.send(new Wire.Acknowledge(1));
        side.send(new Wire.Acknowledge(2));
        run(5_000);
        assertEquals(0, there.heard);
        there.resume();
        run(10);
        assertEquals(List.of(new Wire.Acknowledge(1), new Wire.Acknowledge(2)), recorder.received);
    }

    @Test
    void aConnectionClosedInOrderStillDeliversWhatWasSentBefore() {
        var side = connect();
        run(10);
        side.send(new Wire.Acknowledge(1));
        side.close();
        run(10);
        assertEquals(1, there.heard);
        assertEquals(1, there.ended);
    }

    @Test
    void aConnectionThatIsResetTakesWithItWhatTheNetworkHeldUp() {
        var side = connect();
        run(10);
        world.network.cut("here").from("there");
        side.send(new Wire.Acknowledge(1));
        run(1_000);
        side.reset();
        world.network.heal();
        run(10_000);
        assertEquals(0, there.heard);
        assertEquals(1, there.ended);
    }

    private Side connect() {
        return world.network.connect(here, there.address, 1_000_000, recorder);
    }

    private void run(long millis) {
        world.runUntil(world.queue.now() + EventQueue.micros(ofMillis(millis)));
    }

    private static final class Recorder implements Side.End {
        private int opened;
        private final List<Wire> received = new ArrayList<>();
        private final List<Cause> closed = new ArrayList<>();

        @Override
        public void opened() {
            opened++;
        }

        @Override
        public void received(Wire message) {
            received.add(message);
        }

        @Override
        public void closed(Cause cause) {
            closed.add(cause);
        }
    }

    private static final class Echo extends Machine {
        private int heard;
        private int ended;

        private Echo(World world, String name, String host) {
            super(world, name, new Address(host, 6379));
        }

        @Override
        protected void started() {}

        @Override
        protected void stopped() {}

        @Override
        protected Side.End accepted(Side side) {
            return new Side.End() {
                @Override
                public void opened() {}

                @Override
                public void received(Wire message) {
                    heard++;
                    side.send(message);
                }

                @Override
                public void closed(Cause cause) {
                    ended++;
                }
            };
        }
    }
}
