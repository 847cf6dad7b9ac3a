package dev.vedette.protocol.info;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * CPU time in seconds, as the kernel counts it; zeros where there is no /proc.
 *
 * @param childSystem of children that have been waited for
 * @param childUser of children that have been waited for
 */
record CpuTimes(double system, double user, double childSystem, double childUser) {
    private static final double TICKS_A_SECOND = 100;

    /** The CPU section of INFO; asked from the event loop, which is Redis's main thread here. */
    static void section(InfoText.Builder out) {
        var process = read(Path.of("/proc/self/stat"));
        var thread = read(Path.of("/proc/thread-self/stat"));
        out.field("used_cpu_sys", text(process.system))
                .field("used_cpu_user", text(process.user))
                .field("used_cpu_sys_children", text(process.childSystem))
                .field("used_cpu_user_children", text(process.childUser))
                .field("used_cpu_sys_main_thread", text(thread.system))
                .field("used_cpu_user_main_thread", text(thread.user));
    }

    private static CpuTimes read(Path file) {
        try {
            var stat = Files.readString(file);
            // The name of the process may hold blanks; it ends with the last bracket.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return new CpuTimes(
                    seconds(fields[12]),
                    seconds(fields[11]),
                    seconds(fields[14]),
                    seconds(fields[13]));
        } catch (IOException | RuntimeException notLinux) {
            return new CpuTimes(0, 0, 0, 0);
        }
    }

    private static double seconds(String ticks) {
        return Long.parseLong(ticks) / TICKS_A_SECOND;
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }
}
