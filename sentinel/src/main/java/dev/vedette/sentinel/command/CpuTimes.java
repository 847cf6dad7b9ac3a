package dev.vedette.sentinel.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time of this process in seconds, as the kernel counts it; zeros where there is no /proc.
 *
 * @param system of the process itself
 * @param user of the process itself
 * @param childSystem of children that have been waited for
 * @param childUser of children that have been waited for
 */
record CpuTimes(double system, double user, double childSystem, double childUser) {
    private static final double TICKS_A_SECOND = 100;

    static CpuTimes now() {
        try {
            var stat = Files.readString(Path.of("/proc/self/stat"));
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
}
