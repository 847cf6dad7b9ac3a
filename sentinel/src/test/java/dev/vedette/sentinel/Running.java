package dev.vedette.sentinel;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.util.ArrayList;
import java.util.List;

/** What a test started, which ends with it, the last one first. */
final class Running implements AfterEachCallback {
    private final List<AutoCloseable> running = new ArrayList<>();

    <T extends AutoCloseable> T add(T started) {
        running.add(started);
        return started;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (var each : running.reversed()) {
            each.close();
        }
    }
}
