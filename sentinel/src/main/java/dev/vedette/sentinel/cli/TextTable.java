package dev.vedette.sentinel.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns of text, each as wide as its widest cell; numbers stand on the right. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... heads) {
        rows.add(List.of(heads));
    }

    TextTable row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    rows.getFirst().size() + " columns, not " + cells.length);
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The lines of the table, the heads first. */
    List<String> lines() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            int column = c;
            widths[c] = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
            numeric[c] =
                    rows.size() > 1
                            && rows.stream().skip(1).allMatch(row -> isNumber(row.get(column)));
        }
        return rows.stream().map(row -> line(row, widths, numeric)).toList();
    }

    private static String line(List<String> row, int[] widths, boolean[] numeric) {
        var line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String cell = row.get(c);
            String pad = " ".repeat(widths[c] - cell.length());
            line.append(c == 0 ? "" : GAP).append(numeric[c] ? pad + cell : cell + pad);
        }
        return line.toString().stripTrailing();
    }

    private static boolean isNumber(String cell) {
        return cell.matches("-|-?[0-9]+");
    }
}
