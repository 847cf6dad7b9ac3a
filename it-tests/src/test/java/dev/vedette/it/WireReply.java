package dev.vedette.it;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One reply as it stands on the wire, with the sign of its type: a null array is another thing than
 * a null bulk, a map another than a flat array. For tests that compare bytes; the protocol's own
 * reader would hide the difference.
 *
 * @param sign the first byte: {@code +}, {@code -}, {@code :}, {@code $}, {@code *}, {@code %} ...
 * @param text the line behind it, or the bytes of a bulk; {@code -1} for a null of RESP2
 * @param items those of an array, set or push, and of a map its keys and values in turn
 */
record WireReply(char sign, String text, List<WireReply> items) {

    static WireReply read(Wire wire) {
        String line = wire.line();
        char sign = line.charAt(0);
        String text = line.substring(1);
        return switch (sign) {
            case '$', '=' -> bulk(wire, sign, Integer.parseInt(text));
            case '*', '~', '>' -> items(wire, sign, text, Integer.parseInt(text));
            case '%' -> items(wire, sign, text, 2 * Integer.parseInt(text));
            case '+', '-', ':', ',', '#', '(', '_' -> new WireReply(sign, text, List.of());
            default -> throw new AssertionError("no reply starts like this: " + line);
        };
    }

    private static WireReply bulk(Wire wire, char sign, int length) {
        if (length < 0) {
            return new WireReply(sign, "-1", List.of());
        }
        String text = wire.bytes(length);
        String end = wire.line();
        if (!end.isEmpty()) {
            throw new AssertionError("behind a bulk of " + length + " bytes: " + end);
        }
        return new WireReply(sign, text, List.of());
    }

    private static WireReply items(Wire wire, char sign, String text, int count) {
        var items = new ArrayList<WireReply>();
        for (int i = 0; i < count; i++) {
            items.add(read(wire));
        }
        return new WireReply(sign, text, items);
    }

    boolean isBulk() {
        return sign == '$' && !text.equals("-1");
    }

    boolean isAggregate() {
        return "*~>%".indexOf(sign) >= 0;
    }

    /** Every text in it changed. */
    WireReply map(UnaryOperator<String> change) {
        return new WireReply(
                sign, change.apply(text), items.stream().map(item -> item.map(change)).toList());
    }

    /** One line a value, items indented. */
    String show() {
        var out = new StringBuilder();
        show(out, "");
        return out.toString();
    }

    private void show(StringBuilder out, String indent) {
        out.append(indent)
                .append(sign)
                .append(text.replace("\r\n", "\n").replace("\n", "\n" + indent + "  "))
                .append('\n');
        items.forEach(item -> item.show(out, indent + "  "));
    }
}
