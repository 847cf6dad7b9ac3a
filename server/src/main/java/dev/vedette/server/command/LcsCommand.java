package dev.vedette.server.command;

import dev.vedette.server.type.StringValue;
import dev.vedette.server.type.ValueType;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * LCS: the longest common subsequence of two strings. The table of lengths needs two rows at a
 * time; of the whole only one bit a cell is kept, by which the way back is found.
 */
final class LcsCommand {
    private record Range(int aFrom, int aTo, int bFrom, int bTo) {
        int length() {
            return aTo - aFrom + 1;
        }
    }

    private final LongSupplier maxBytes;
    private boolean wantsLength;
    private boolean wantsRanges;
    private boolean withMatchLength;
    private long minMatchLength;

    LcsCommand(LongSupplier maxBytes) {
        this.maxBytes = maxBytes;
    }

    void run(CommandContext ctx) {
        var a = text(ctx.read(ctx.word(1)));
        var b = text(ctx.read(ctx.word(2)));
        options(ctx);
        // Redis limits the memory that its own table of 32 bit numbers would need.
        if ((a.length + 1L) * (b.length + 1L) * 4 > maxBytes.getAsLong()) {
            throw new CommandError(
                    "ERR Insufficient memory, transient memory for LCS exceeds"
                            + " proto-max-bulk-len");
        }
        var up = new BitSet();
        var length = fill(a, b, up);
        if (wantsLength && !wantsRanges) {
            ctx.reply().integer(length);
            return;
        }
        var ranges = new ArrayList<Range>();
        var common = walkBack(a, b, up, length, ranges);
        if (wantsRanges) {
            replyRanges(ctx, ranges, length);
        } else {
            ctx.reply().bulk(common);
        }
    }

    private static byte[] text(@Nullable Object value) {
        if (value == null) {
            return new byte[0];
        }
        if (ValueType.of(value) != ValueType.STRING) {
            throw new CommandError("ERR The specified keys must contain string values");
        }
        return StringValue.bytes(value);
    }

    private void options(CommandContext ctx) {
        for (var i = 3; i < ctx.count(); i++) {
            if (ctx.is(i, "idx")) {
                wantsRanges = true;
            } else if (ctx.is(i, "len")) {
                wantsLength = true;
            } else if (ctx.is(i, "withmatchlen")) {
                withMatchLength = true;
            } else if (ctx.is(i, "minmatchlen") && i + 1 < ctx.count()) {
                minMatchLength = Math.max(0, ctx.integer(++i));
            } else {
                throw CommandError.syntax();
            }
        }
        if (wantsLength && wantsRanges) {
            throw new CommandError(
                    "ERR If you want both the length and indexes, please just use IDX.");
        }
    }

    /** Marks the cells from which the way back goes up; returns the length. */
    private static int fill(byte[] a, byte[] b, BitSet up) {
        var above = new int[b.length + 1];
        var row = new int[b.length + 1];
        for (var i = 1; i <= a.length; i++) {
            for (var j = 1; j <= b.length; j++) {
                if (a[i - 1] == b[j - 1]) {
                    row[j] = above[j - 1] + 1;
                } else {
                    row[j] = Math.max(above[j], row[j - 1]);
                    if (above[j] > row[j - 1]) {
                        up.set(cell(i, j, b));
                    }
                }
            }
            var swap = above;
            above = row;
            row = swap;
        }
        return above[b.length];
    }

    private static int cell(int i, int j, byte[] b) {
        return (i - 1) * b.length + j - 1;
    }

    private static byte[] walkBack(byte[] a, byte[] b, BitSet up, int length, List<Range> ranges) {
        var common = new byte[length];
        var left = length;
        Range open = null;
        var i = a.length;
        var j = b.length;
        while (i > 0 && j > 0) {
            if (a[i - 1] == b[j - 1]) {
                common[--left] = a[i - 1];
                open =
                        open == null
                                ? new Range(i - 1, i - 1, j - 1, j - 1)
                                : new Range(i - 1, open.aTo(), j - 1, open.bTo());
                i--;
                j--;
            } else {
                if (open != null) {
                    ranges.add(open);
                    open = null;
                }
                if (up.get(cell(i, j, b))) {
                    i--;
                } else {
                    j--;
                }
            }
        }
        if (open != null) {
            ranges.add(open);
        }
        return common;
    }

    private void replyRanges(CommandContext ctx, List<Range> ranges, int length) {
        var shown = ranges.stream().filter(range -> range.length() >= minMatchLength).toList();
        var out = ctx.reply();
        out.map(2);
        out.bulk("matches");
        out.array(shown.size());
        for (var range : shown) {
            out.array(withMatchLength ? 3 : 2);
            out.array(2);
            out.integer(range.aFrom());
            out.integer(range.aTo());
            out.array(2);
            out.integer(range.bFrom());
            out.integer(range.bTo());
            if (withMatchLength) {
                out.integer(range.length());
            }
        }
        out.bulk("len");
        out.integer(length);
    }
}
