package dev.vedette.it;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.ErrorReply;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Writes of strings and expiries that a seed repeats exactly, and the data that they lead to. */
final class SeededWrites {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BATCH = 500;
    private static final int DATABASES = 3;

    private final Random random;
    private int database;

    SeededWrites(long seed) {
        this.random = new Random(seed);
    }

    /** Sends so many writes, pipelined; none of them may be answered by an error. */
    void run(Address master, int count) throws IOException {
        try (var client = RespClient.connect(master, PATIENCE)) {
            select(client, database);
            for (int done = 0; done < count; done += BATCH) {
                var batch = new ArrayList<byte[][]>();
                for (int i = 0; i < Math.min(BATCH, count - done); i++) {
                    batch.add(next());
                }
                for (RespValue reply : client.pipeline(batch)) {
                    if (reply instanceof ErrorReply error) {
                        throw new AssertionError(error.line());
                    }
                }
            }
        }
    }

    private static void select(RespClient client, int database) throws IOException {
        client.call("SELECT", Integer.toString(database));
    }

    private byte[][] next() {
        String key = "key:" + random.nextInt(5000);
        return switch (random.nextInt(24)) {
            case 0 -> words("DEL", key, key + "x");
            case 1 -> words("SET", key, text(), "EX", "" + (1000 + random.nextInt(9000)));
            case 2 -> words("SET", key, text(), "PX", "" + (1 + random.nextInt(400)));
            case 3 -> words("EXPIRE", key, "" + (1000 + random.nextInt(9000)));
            case 4 -> words("PEXPIRE", key, "" + (1 + random.nextInt(400)));
            case 5 -> words("PERSIST", key);
            case 6, 7 -> words("INCR", "count:" + random.nextInt(100));
            case 8 -> words("INCRBYFLOAT", "float:" + random.nextInt(20), "0.25");
            case 9 -> words("APPEND", "long:" + random.nextInt(50), text());
            case 10 ->
                    words("SETRANGE", "range:" + random.nextInt(50), "" + random.nextInt(300), "x");
            case 11 -> words("GETSET", key, text());
            case 12 -> words("SETNX", key, text());
            case 13 -> words("MSET", key, text(), key + "y", text());
            case 14 -> words("GETEX", key, "EX", "" + (1000 + random.nextInt(9000)));
            case 15 -> words("GETDEL", key);
            case 16 -> {
                database = random.nextInt(DATABASES);
                yield words("SELECT", "" + database);
            }
            case 17 -> words("SET", key, text(), "XX", "KEEPTTL");
            default -> words("SET", key, text());
        };
    }

    private String text() {
        int length = random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(40);
        return switch (random.nextInt(3)) {
            case 0 -> Integer.toString(random.nextInt() >> random.nextInt(31));
            case 1 -> "abcdefg ".repeat(length / 8 + 1);
            default -> {
                var noise = new StringBuilder();
                for (int i = 0; i < length; i++) {
                    noise.append((char) ('!' + random.nextInt(90)));
                }
                yield noise.toString();
            }
        };
    }

    private static byte[][] words(String... words) {
        return CommandWriter.words(words);
    }

    /** Every key of the first databases with its DUMP and its expire time. */
    static Map<String, String> data(Address server) throws IOException {
        var data = new TreeMap<String, String>();
        try (var client = RespClient.connect(server, PATIENCE)) {
            for (int db = 0; db < DATABASES; db++) {
                select(client, db);
                if (!(client.call("KEYS", "*") instanceof Array(var keys))) {
                    throw new AssertionError("KEYS gave no array");
                }
                for (int from = 0; from < keys.size(); from += BATCH) {
                    add(data, db, client, keys.subList(from, Math.min(keys.size(), from + BATCH)));
                }
            }
        }
        return data;
    }

    private static void add(
            Map<String, String> data, int db, RespClient client, List<RespValue> keys)
            throws IOException {
        var questions = new ArrayList<byte[][]>();
        for (RespValue key : keys) {
            byte[] name = ((BulkString) key).content();
            questions.add(new byte[][] {bytes("DUMP"), name});
            questions.add(new byte[][] {bytes("PEXPIRETIME"), name});
        }
        List<RespValue> answers = client.pipeline(questions);
        for (int i = 0; i < keys.size(); i++) {
            String dump =
                    answers.get(2 * i) instanceof BulkString(byte[] content)
                            ? HexFormat.of().formatHex(content)
                            : "none";
            data.put(
                    db + " " + Client.text(keys.get(i)),
                    dump + " until " + Client.text(answers.get(2 * i + 1)));
        }
    }

    private static byte[] bytes(String word) {
        return CommandWriter.words(word)[0];
    }
}
