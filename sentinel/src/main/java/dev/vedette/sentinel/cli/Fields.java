package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One instance as a sentinel describes it: the field names are those of {@code SENTINEL MASTERS},
 * {@code REPLICAS} and {@code SENTINELS}. A field that this sentinel does not send reads as empty
 * or zero, since which ones there are depends on its version.
 */
record Fields(Map<String, String> values) {
    Fields {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    String text(String name) {
        return values.getOrDefault(name, "");
    }

    long number(String name) {
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** Where it is; port 0 stands for an unknown one, as Redis prints it. */
    Address address() {
        String host = text("ip");
        return new Address(host.isEmpty() ? "?" : host, (int) number("port"));
    }

    List<String> flags() {
        String flags = text("flags");
        return flags.isEmpty() ? List.of() : List.of(flags.split(",", -1));
    }

    boolean isFlagged(String flag) {
        return flags().contains(flag);
    }
}
