package dev.vedette.it;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Optional;

/**
 * Marks tests that need the installed Redis: its server, sentinel, redis-cli and redis-benchmark.
 * Without it they are skipped, with a line that says how to get it; with {@code
 * VEDETTE_REQUIRE_INTEROP=1} in the environment they fail instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Interop.Condition.class)
@interface Interop {
    /** Looks for the programs. */
    final class Condition implements ExecutionCondition {
        private static final List<String> PROGRAMS =
                List.of("redis-server", "redis-sentinel", "redis-cli", "redis-benchmark");

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            List<String> missing = PROGRAMS.stream().filter(p -> !Tool.isInstalled(p)).toList();
            return decide(
                    context,
                    missing.isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    String.join(", ", missing)
                                            + ": apt-get install redis-server redis-tools"
                                            + " redis-sentinel"));
        }

        /** Skips, or fails where nothing may be skipped, when something is missing. */
        static ConditionEvaluationResult decide(
                ExtensionContext context, Optional<String> missing) {
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("all is there");
            }
            String line = "NOT RUN: " + context.getDisplayName() + " needs " + missing.get();
            if ("1".equals(System.getenv("VEDETTE_REQUIRE_INTEROP"))) {
                throw new IllegalStateException(line);
            }
            System.err.println(line);
            return ConditionEvaluationResult.disabled(line);
        }
    }
}
