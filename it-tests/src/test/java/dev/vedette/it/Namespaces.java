package dev.vedette.it;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks tests that make {@link Host}s: they need the right to make namespaces, and tools. Without
 * them they are skipped, with a line that says why; with {@code VEDETTE_REQUIRE_INTEROP=1} in the
 * environment they fail instead.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Namespaces.Condition.class)
@interface Namespaces {
    /** Asks {@link Lab#missing}. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Interop.Condition.decide(context, Lab.missing());
        }
    }
}
