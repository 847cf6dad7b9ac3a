package dev.vedette.server.replication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

class BacklogTest {
    private static byte[] from(Backlog backlog, long offset) {
        ByteBuf target = Unpooled.buffer();
        backlog.copyFrom(offset, target);
        return ByteBufUtil.getBytes(target);
    }

    @Test
    void anEmptyBacklogReachesOnlyTheByteToCome() {
        Backlog backlog = new Backlog(1 << 20, 101);
        assertTrue(backlog.reaches(101));
        assertFalse(backlog.reaches(100));
        assertFalse(backlog.reaches(102));
        assertEquals(0, from(backlog, 101).length);
    }

    @Test
    void itHoldsTheNewestBytesOfAnyHistory() {
        Random random = new Random(21);
        ByteArrayOutputStream history = new ByteArrayOutputStream();
        Backlog backlog = new Backlog(Backlog.SMALLEST_CAPACITY, 1);
        for (int round = 0; round < 2000; round++) {
            byte[] piece = new byte[random.nextInt(round % 100 == 0 ? 40_000 : 300)];
            random.nextBytes(piece);
            history.writeBytes(piece);
            backlog.append(Unpooled.wrappedBuffer(piece));
            if (round == 700) {
                backlog.resize(50_000);
            } else if (round == 1400) {
                backlog.resize(20_000);
            }
            byte[] all = history.toByteArray();
            assertEquals(all.length + 1, backlog.endOffset());
            assertEquals(backlog.endOffset() - backlog.length(), backlog.firstByteOffset());
            long offset = backlog.firstByteOffset() + random.nextInt(backlog.length() + 1);
            assertArrayEquals(
                    Arrays.copyOfRange(all, (int) offset - 1, all.length), from(backlog, offset));
        }
        assertEquals(20_000, backlog.length());
    }

    @Test
    void bytesThatWereForgottenCannotBeRead() {
        Backlog backlog = new Backlog(1, 1);
        byte[] bytes = new byte[Backlog.SMALLEST_CAPACITY + 10];
        backlog.append(Unpooled.wrappedBuffer(bytes));
        assertEquals(11, backlog.firstByteOffset());
        assertThrows(IllegalArgumentException.class, () -> from(backlog, 10));
    }
}
