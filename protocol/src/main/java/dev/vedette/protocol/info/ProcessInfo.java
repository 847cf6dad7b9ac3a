package dev.vedette.protocol.info;

import dev.vedette.protocol.daemon.Version;

import java.util.concurrent.TimeUnit;

/**
 * The sections of INFO that say the same of every daemon: what runs here, since when, and what it
 * takes of the CPU.
 *
 * @param mode {@code standalone} or {@code sentinel}
 * @param runId 40 hex characters, drawn at each start
 * @param startMillis on the wall clock
 * @param executable what the user started
 * @param confFile absolute, or empty
 */
public record ProcessInfo(
        String mode, String runId, long startMillis, String executable, String confFile) {

    /** The program that the user started: the launcher, not the Java behind it. */
    public static String launcher() {
        var launcher = System.getProperty("vedette.launcher", "");
        return launcher.isEmpty() ? ProcessHandle.current().info().command().orElse("") : launcher;
    }

    /** The server section, in Redis's order. */
    public void server(InfoText.Builder out, int port, int hz) {
        var now = System.currentTimeMillis();
        var uptime = TimeUnit.MILLISECONDS.toSeconds(now - startMillis);
        out.field("redis_version", Version.REDIS)
                .field("vedette_version", Version.VEDETTE)
                .field("redis_git_sha1", "00000000")
                .field("redis_git_dirty", 0)
                .field("redis_build_id", "0000000000000000")
                .field("redis_mode", mode)
                .field("os", os())
                .field("arch_bits", 64)
                .field("monotonic_clock", "POSIX clock_gettime")
                .field("multiplexing_api", "epoll")
                .field("atomicvar_api", "c11-builtin")
                .field("gcc_version", "0.0.0")
                .field("process_id", ProcessHandle.current().pid())
                .field("process_supervised", "no")
                .field("run_id", runId)
                .field("tcp_port", port)
                .field("server_time_usec", now * 1000)
                .field("uptime_in_seconds", uptime)
                .field("uptime_in_days", TimeUnit.SECONDS.toDays(uptime))
                .field("hz", hz)
                .field("configured_hz", hz)
                .field("lru_clock", now / 1000 & 0xffffff)
                .field("executable", executable)
                .field("config_file", confFile)
                .field("io_threads_active", 0);
    }

    /** The CPU section. Event loop only. */
    public static void cpu(InfoText.Builder out) {
        CpuTimes.section(out);
    }

    /** As uname has it, which calls the processor by another name than Java. */
    private static String os() {
        var processor = System.getProperty("os.arch", "");
        return System.getProperty("os.name", "")
                + " "
                + System.getProperty("os.version", "")
                + " "
                + (processor.equals("amd64") ? "x86_64" : processor);
    }
}
