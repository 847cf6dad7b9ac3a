package dev.vedette.it;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;

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
            List<String> missing = PROGRAMS.stream().filter(p -> !isInstalled(p)).toList();
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("Redis is installed");
            }
            String line =
                    "NOT RUN: "
                            + context.getDisplayName()
                            + " needs "
                            + String.join(", ", missing)
                            + ": apt-get install redis-server redis-tools redis-sentinel";
            if ("1".equals(System.getenv("VEDETTE_REQUIRE_INTEROP"))) {
                throw new IllegalStateException(line);
            }
            System.err.println(line);
            return ConditionEvaluationResult.disabled(line);
        }

        private static boolean isInstalled(String program) {
            return Arrays.stream(
                            System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                    .anyMatch(folder -> new File(folder, program).canExecute());
        }
    }
}
