package dev.vedette.server.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.server.type.GrownString;
import dev.vedette.server.type.StringValue;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

class KeyspaceTest {
    private final Random random = new Random(7);
    private final Keyspace keyspace = new Keyspace(16, random);
    private final Database db = keyspace.database(0);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(Object value) {
        return new String((byte[]) value, StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> contentOf(Database database) {
        var content = new HashMap<String, String>();
        database.forEach(
                (key, value, expireAt) ->
                        assertNull(content.put(text(key), text(value) + "@" + expireAt)));
        return content;
    }

    private void fill(int count) {
        for (var i = 0; i < count; i++) {
            db.put(bytes("key" + i), bytes("v" + i));
        }
    }

    @Test
    void itHoldsWhatAMapHoldsWhileItGrowsAndShrinks() {
        var model = new HashMap<String, String>();
        for (var i = 0; i < 200_000; i++) {
            // First mostly more keys, then mostly fewer.
            var grows = i < 100_000 ? 7 : 2;
            var key = "key" + random.nextInt(20_000);
            if (random.nextInt(10) < grows) {
                var at = random.nextInt(3) == 0 ? 1_000_000L + i : Database.NEVER;
                db.put(bytes(key), bytes("v" + i), at);
                model.put(key, "v" + i + "@" + at);
            } else {
                assertEquals(model.remove(key) != null, db.remove(bytes(key)));
            }
        }
        assertEquals(model, contentOf(db));
        assertEquals(model.size(), db.size());
        var expiring = model.values().stream().filter(v -> !v.endsWith("@-1")).count();
        assertEquals(expiring, db.expiringKeys());
    }

    @Test
    void aScanShowsEveryKeyThatStaysWhateverComesAndGoesMeanwhile() {
        fill(5_000);
        var seen = new HashSet<String>();
        var cursor = 0L;
        var steps = 0;
        do {
            cursor = db.scan(cursor, 10, (key, value, expireAt) -> seen.add(text(key)));
            for (var i = 0; i < 100; i++) {
                db.put(bytes("new" + random.nextInt(1_000_000)), bytes("x"));
                db.remove(bytes("new" + random.nextInt(1_000_000)));
            }
            steps++;
        } while (cursor != 0);
        for (var i = 0; i < 5_000; i++) {
            assertTrue(seen.contains("key" + i), "key" + i);
        }
        assertTrue(steps > 100, "a scan of 10 at a time went in " + steps + " steps");
    }

    @Test
    void aSnapshotShowsTheMomentOfItsBeginningEachKeyOnce() {
        fill(20_000);
        keyspace.database(5).put(bytes("other"), bytes("db"), 42);
        var before = contentOf(db);
        var taken = new HashMap<String, String>();
        var elsewhere = new ArrayList<String>();
        var snapshot =
                keyspace.beginSnapshot(
                        (number, key, value, expireAt) -> {
                            if (number == 0) {
                                assertNull(taken.put(text(key), text(value) + "@" + expireAt));
                            } else {
                                elsewhere.add(number + text(key) + text(value) + expireAt);
                            }
                        });
        assertEquals(20_001, snapshot.totalKeys());
        var round = 0;
        while (!snapshot.advance(20)) {
            for (var i = 0; i < 3; i++) {
                var key = bytes("key" + random.nextInt(40_000));
                switch (random.nextInt(3)) {
                    case 0 -> db.put(key, bytes("changed"));
                    case 1 -> db.remove(key);
                    default -> db.put(key, bytes("changed"), 99);
                }
            }
            round++;
        }
        assertTrue(round > 10, "the walk took " + round + " slices");
        assertEquals(before, taken);
        assertEquals(List.of("5otherdb42"), elsewhere);
        assertNull(keyspace.runningSnapshot());
    }

    @Test
    void aSnapshotKeepsWhatAFlushOrSwapTakesAway() {
        fill(1_000);
        var taken = new ArrayList<Integer>();
        var snapshot = keyspace.beginSnapshot((number, key, value, expireAt) -> taken.add(number));
        keyspace.swap(0, 1);
        keyspace.flushAll();
        db.put(bytes("late"), bytes("x"));
        while (!snapshot.advance(100)) {
            assertFalse(snapshot.ended());
        }
        assertEquals(1_000, taken.size());
        assertEquals(1, new HashSet<>(taken).size());
        assertEquals(0, taken.getFirst());
        assertEquals(1, keyspace.totalKeys());
    }

    @Test
    void theSearchForExpiredKeysFindsThemAllAndNoOther() {
        for (var i = 0; i < 4_000; i++) {
            db.put(bytes("key" + i), bytes("v"), i % 4 == 0 ? 1_000 : i % 4 == 1 ? 9_000 : -1);
        }
        var done = false;
        var found = 0;
        while (!done) {
            var keys = new ArrayList<byte[]>();
            done = db.findExpired(5_000, 4, keys::add);
            keys.forEach(db::remove);
            found += keys.size();
        }
        assertEquals(1_000, found);
        assertEquals(1_000, db.expiringKeys());
        assertEquals(3_000, db.size());
    }

    @Test
    void aReplicaOnlyReadsAKeyPastItsTimeAsMissing() {
        var removed = new ArrayList<String>();
        var expiry = new Expiry((where, key) -> removed.add(text(key)));
        var key = bytes("k");
        db.put(key, bytes("v"), 10);
        expiry.setReplica(true);
        assertTrue(expiry.expireIfNeeded(db, key, 11, Expiry.Asker.READER));
        assertFalse(expiry.expireIfNeeded(db, key, 11, Expiry.Asker.MASTER));
        assertNotNull(db.get(key));
        expiry.setReplica(false);
        assertFalse(expiry.expireIfNeeded(db, key, 10, Expiry.Asker.READER));
        assertTrue(expiry.expireIfNeeded(db, key, 11, Expiry.Asker.READER));
        assertNull(db.get(key));
        assertEquals(List.of("k"), removed);
    }

    /** What {@link Database#bytes} must come to: a whole new count. */
    private static long recount(Keyspace all) {
        var sum = 0L;
        for (var i = 0; i < all.count(); i++) {
            var table = all.database(i).table();
            var position = 0L;
            do {
                var segment = table.segment(position);
                sum += segment.bytes();
                position = Table.endOf(segment, position);
            } while (position != 0);
            var entries = new long[1];
            table.forEach(
                    (key, value, expireAt) ->
                            entries[0] += StringValue.memory(key) + StringValue.memory(value));
            sum += entries[0];
        }
        return sum;
    }

    @Test
    void itsMemoryIsCountedWithEveryChange() {
        var empty = keyspace.bytes();
        for (var i = 0; i < 100_000; i++) {
            var key = bytes("key" + random.nextInt(5_000));
            var number = random.nextInt(2);
            var database = keyspace.database(number);
            var value = database.get(key);
            switch (random.nextInt(i < 50_000 ? 6 : 9)) {
                case 0, 1 -> database.put(key, new byte[random.nextInt(100)]);
                case 2 -> database.put(key, new byte[random.nextInt(100)], 1 + i);
                case 3 -> database.replace(key, new GrownString(new byte[random.nextInt(9)]));
                case 4 -> {
                    if (value instanceof GrownString grown) {
                        var size = random.nextInt(300);
                        database.change(key, grown, one -> one.growTo(size));
                    }
                }
                case 5 -> {
                    if (value != null) {
                        database.setExpireAt(key, random.nextBoolean() ? Database.NEVER : i + 9);
                    }
                }
                default -> database.remove(key);
            }
            if (i % 5_000 == 0) {
                assertEquals(recount(keyspace), keyspace.bytes());
                keyspace.swap(0, 1);
            }
        }
        assertEquals(recount(keyspace), keyspace.bytes());
        assertTrue(keyspace.bytes() > empty + 10_000);
        keyspace.flushAll();
        assertEquals(empty, keyspace.bytes());
    }

    @Test
    void adoptedDataBringsItsMemory() {
        var other = new Keyspace(16, random);
        other.database(3).put(bytes("key"), new byte[1000]);
        var expected = other.bytes();
        keyspace.adopt(other);
        assertEquals(expected, keyspace.bytes());
        assertTrue(keyspace.bytes() > 1000);
    }
}
