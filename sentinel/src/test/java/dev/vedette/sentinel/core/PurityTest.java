package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The core neither reads a clock, nor draws random numbers, nor does I/O, nor knows threads: shown
 * by every class and every method that its compiled classes name.
 */
class PurityTest {
    /** What it may lean on; anything else must be thought about here. */
    private static final List<String> PACKAGES =
            List.of(
                    "dev/vedette/sentinel/core/",
                    "java/util/",
                    "java/util/function/",
                    "java/util/regex/",
                    "java/util/stream/",
                    "java/time/",
                    "java/lang/invoke/",
                    "java/lang/runtime/",
                    "org/jspecify/annotations/");

    private static final Set<String> CLASSES =
            Set.of(
                    "dev/vedette/protocol/net/Address",
                    "dev/vedette/protocol/resp/GlobPattern",
                    "java/lang/Object",
                    "java/lang/Record",
                    "java/lang/Enum",
                    "java/lang/Enum$EnumDesc",
                    "java/lang/String",
                    "java/lang/StringBuilder",
                    "java/lang/CharSequence",
                    "java/lang/Comparable",
                    "java/lang/Iterable",
                    "java/lang/Runnable",
                    "java/lang/Boolean",
                    "java/lang/Character",
                    "java/lang/Integer",
                    "java/lang/Long",
                    "java/lang/Math",
                    "java/lang/Override",
                    "java/lang/FunctionalInterface",
                    "java/lang/MatchException",
                    "java/lang/IllegalStateException",
                    "java/lang/IllegalArgumentException",
                    "java/lang/NumberFormatException",
                    "java/lang/NoSuchFieldError",
                    "java/lang/Throwable",
                    "java/nio/charset/StandardCharsets");

    private static final Set<String> FORBIDDEN_CLASSES =
            Set.of(
                    "java/time/Clock",
                    "java/time/ZoneId",
                    "java/util/Random",
                    "java/util/SplittableRandom",
                    "java/util/Timer",
                    "java/util/TimerTask",
                    "java/util/UUID",
                    "java/util/Scanner",
                    "java/util/Date",
                    "java/util/Calendar",
                    "java/util/TimeZone",
                    "java/util/ServiceLoader");

    private static final Set<String> FORBIDDEN_METHODS =
            Set.of(
                    "java/lang/Math.random",
                    "java/time/Instant.now",
                    "java/util/Collections.shuffle",
                    // They print numbers in the digits of the machine's locale.
                    "java/lang/String.format",
                    "java/lang/String.formatted",
                    "java/lang/Object.wait",
                    "java/lang/Object.notify",
                    "java/lang/Object.notifyAll",
                    "java/lang/Object.hashCode",
                    "java/util/Locale.getDefault",
                    "java/util/stream/BaseStream.parallel",
                    "java/util/Collection.parallelStream",
                    "java/lang/Integer.getInteger",
                    "java/lang/Long.getLong",
                    "java/lang/Boolean.getBoolean");

    @Test
    void theCoreNamesNoClockNoChanceNoThreadAndNoIo() throws IOException {
        var impure = new TreeSet<String>();
        for (var model : coreClasses()) {
            for (var entry : model.constantPool()) {
                switch (entry) {
                    case ClassEntry named -> check(model, named.asInternalName(), impure);
                    case MemberRefEntry member -> {
                        var method =
                                member.owner().asInternalName() + "." + member.name().stringValue();
                        if (FORBIDDEN_METHODS.contains(method)
                                || (method.startsWith("java/time/") && method.endsWith(".now"))) {
                            impure.add(name(model) + " calls " + method);
                        }
                    }
                    default -> {
                        // Strings and numbers do nothing by themselves.
                    }
                }
            }
        }
        assertEquals(Set.of(), impure);
    }

    @Test
    void nothingInTheCoreIsSynchronized() throws IOException {
        for (var model : coreClasses()) {
            for (var method : model.methods()) {
                assertEquals(
                        0,
                        method.flags().flagsMask() & ClassFile.ACC_SYNCHRONIZED,
                        name(model) + "." + method.methodName().stringValue());
            }
        }
    }

    private static void check(ClassModel model, String named, Set<String> impure) {
        var element = named.startsWith("[") ? elementOf(named) : named;
        if (element.isEmpty()) {
            return;
        }
        boolean allowed =
                CLASSES.contains(element)
                        || PACKAGES.contains(element.substring(0, element.lastIndexOf('/') + 1));
        if (!allowed || FORBIDDEN_CLASSES.contains(element)) {
            impure.add(name(model) + " names " + element);
        }
    }

    /** The class in an array; empty for arrays of numbers. */
    private static String elementOf(String descriptor) {
        var element = ClassDesc.ofDescriptor(descriptor);
        while (element.isArray()) {
            element = element.componentType();
        }
        var text = element.descriptorString();
        return text.startsWith("L") ? text.substring(1, text.length() - 1) : "";
    }

    private static String name(ClassModel model) {
        return model.thisClass().asInternalName();
    }

    private static List<ClassModel> coreClasses() throws IOException {
        var folder = Path.of("target", "classes", "dev", "vedette", "sentinel", "core");
        try (Stream<Path> files = Files.list(folder)) {
            var classes =
                    files.filter(file -> file.toString().endsWith(".class"))
                            .map(PurityTest::parse)
                            .toList();
            assertTrue(classes.size() > 50, "the core was compiled to " + folder.toAbsolutePath());
            return classes;
        }
    }

    private static ClassModel parse(Path file) {
        try {
            var model = ClassFile.of().parse(file);
            // Reads all of it, so that a broken file fails here.
            assertTrue(StreamSupport.stream(model.constantPool().spliterator(), false).count() > 0);
            return model;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
