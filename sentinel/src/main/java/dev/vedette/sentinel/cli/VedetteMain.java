package dev.vedette.sentinel.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintStream;
import java.io.PrintWriter;

/** Where {@code bin/vedette} starts: one subcommand each for what an operator wants to do. */
@Command(
        name = "vedette",
        description = "Looks at and steers sentinels: those of Vedette and those of Redis.",
        subcommands = {
            StatusCommand.class,
            FailoverCommand.class,
            DemoCommand.class,
            SimulateCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "First time here? `vedette demo --failover` starts a small cluster, kills its master"
                    + " and shows a replica taking over.",
            "",
            ExitCode.HELP
        },
        versionProvider = VedetteMain.Version.class,
        mixinStandardHelpOptions = true)
public final class VedetteMain implements Runnable {
    // picocli puts the real one here before it calls the command.
    @Spec private CommandSpec spec = CommandSpec.create();

    private VedetteMain() {}

    /** Runs one command and ends the process with its {@link ExitCode}. */
    public static void main(String[] args) {
        System.exit(run(writer(System.out), writer(System.err), args));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    /** The same for a test: what would have been printed goes to these writers. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new VedetteMain())
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(VedetteMain::explain)
                .setParameterExceptionHandler(VedetteMain::explainUsage)
                .execute(args);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int explain(
            Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (failure instanceof CliException known) {
            command.getOut().flush();
            command.getErr().println("vedette: " + known.getMessage());
            return known.exitCode();
        }
        throw failure;
    }

    private static int explainUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("vedette: " + failure.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
            String name = command.getCommandSpec().qualifiedName();
            command.getErr().println("`" + name + " --help` tells how to use it");
        }
        return ExitCode.USAGE;
    }

    /** The version that the jar's manifest names. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = VedetteMain.class.getPackage().getImplementationVersion();
            return new String[] {"vedette " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
