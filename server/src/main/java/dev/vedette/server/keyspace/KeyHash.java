package dev.vedette.server.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash with one compression and three finalization rounds, keyed anew in each process, so that
 * nobody outside can choose keys that collide (Aumasson and Bernstein, "SipHash: a fast short-input
 * PRF"; one round as in Redis's siphash-1-2 is enough for hash tables).
 */
final class KeyHash {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long k0;
    private final long k1;

    KeyHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    long of(byte[] key) {
        var v0 = k0 ^ 0x736f6d6570736575L;
        var v1 = k1 ^ 0x646f72616e646f6dL;
        var v2 = k0 ^ 0x6c7967656e657261L;
        var v3 = k1 ^ 0x7465646279746573L;
        var length = key.length;
        var whole = length & ~7;
        var i = 0;
        // After the whole words comes one last word (the tail and the length), then the
        // finalization: four more rounds of the same kind.
        for (var round = 0; ; round++) {
            long word;
            if (i < whole) {
                word = (long) LONGS.get(key, i);
                i += 8;
                round = -1;
            } else if (round == 0) {
                word = tail(key, whole);
            } else {
                word = 0;
            }
            if (round == 1) {
                v2 ^= 0xff;
            }
            v3 ^= word;
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
            if (round == 3) {
                return v0 ^ v1 ^ v2 ^ v3;
            }
        }
    }

    private static long tail(byte[] key, int from) {
        var word = (long) key.length << 56;
        for (var i = from; i < key.length; i++) {
            word |= (key[i] & 0xffL) << ((i - from) * 8);
        }
        return word;
    }
}
