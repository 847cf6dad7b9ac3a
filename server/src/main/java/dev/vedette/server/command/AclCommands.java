package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.protocol.acl.AclFileText;
import dev.vedette.protocol.acl.AclRefusal;
import dev.vedette.protocol.acl.AclSubcommands;
import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.daemon.AclFile;
import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.resp.ReplyWriter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** ACL and its subcommands: users, their rules, and who was turned away (Redis acl.c). */
public final class AclCommands {
    private static final Logger log = LoggerFactory.getLogger(AclCommands.class);

    private static final String COMMON = "noscript loading stale";
    private static final String ADMIN = "admin noscript loading stale";
    private static final String DANGEROUS = "@admin @slow @dangerous";

    private final Credentials credentials;
    private final Optional<AclFile> file;

    public AclCommands(Credentials credentials, Optional<AclFile> file) {
        this.credentials = credentials;
        this.file = file;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("acl", -2, "", "@slow", "6.0.0")
                        .about("Users and their rules.")
                        .subcommands(
                                row("acl|cat", -2, COMMON, "@slow", "6.0.0")
                                        .about("Lists the categories, or the commands of one.")
                                        .does(answer(AclSubcommands::categories)),
                                row("acl|deluser", -3, ADMIN, DANGEROUS, "6.0.0")
                                        .tips(
                                                "request_policy:all_nodes"
                                                        + " response_policy:all_succeeded")
                                        .about("Deletes users and ends their connections.")
                                        .does(answer(AclSubcommands::deleteUsers)),
                                row("acl|dryrun", -4, ADMIN, DANGEROUS, "7.0.0")
                                        .about("Tells whether a user may say a command.")
                                        .does(answer(AclSubcommands::dryRun)),
                                row("acl|genpass", -2, COMMON, "@slow", "6.0.0")
                                        .about("Draws a password.")
                                        .does(answer(AclSubcommands::generatePassword)),
                                row("acl|getuser", 3, ADMIN, DANGEROUS, "6.0.0")
                                        .about("Shows the rules of a user.")
                                        .does(answer(AclSubcommands::getUser)),
                                row("acl|help", 2, "loading stale", "@slow", "6.0.0")
                                        .about("Lists the subcommands.")
                                        .does(AclCommands::help),
                                row("acl|list", 2, ADMIN, DANGEROUS, "6.0.0")
                                        .about("Shows all users as lines of a conf.")
                                        .does(answer((acl, _, out) -> acl.list(out))),
                                row("acl|load", 2, ADMIN, DANGEROUS, "6.0.0")
                                        .about("Takes the users of the ACL file.")
                                        .does(this::load),
                                row("acl|log", -2, ADMIN, DANGEROUS, "6.0.0")
                                        .about("Shows who was turned away.")
                                        .does(answer(AclSubcommands::log)),
                                row("acl|save", 2, ADMIN, DANGEROUS, "6.0.0")
                                        .tips(
                                                "request_policy:all_nodes"
                                                        + " response_policy:all_succeeded")
                                        .about("Writes the users into the ACL file.")
                                        .does(this::save),
                                row("acl|setuser", -3, ADMIN, DANGEROUS, "6.0.0")
                                        .tips(
                                                "request_policy:all_nodes"
                                                        + " response_policy:all_succeeded")
                                        .about("Makes or changes a user.")
                                        .does(answer(AclSubcommands::setUser)),
                                row("acl|users", 2, ADMIN, DANGEROUS, "6.0.0")
                                        .about("Lists the names of the users.")
                                        .does(answer((acl, _, out) -> acl.names(out))),
                                row("acl|whoami", 2, COMMON, "@slow", "6.0.0")
                                        .about("Names the user of this connection.")
                                        .does(this::whoAmI)));
    }

    /** What {@link AclSubcommands} answers. */
    private interface Subcommand {
        void answer(AclSubcommands acl, byte[][] words, ReplyWriter out) throws AclRefusal;
    }

    private Command.Handler answer(Subcommand subcommand) {
        return ctx -> {
            try {
                subcommand.answer(acl(), ctx.words(), ctx.reply());
            } catch (AclRefusal refused) {
                throw error(refused.line());
            }
        };
    }

    private AclSubcommands acl() {
        return new AclSubcommands(
                credentials.users(), credentials.log(), System::currentTimeMillis);
    }

    private static CommandError error(String line) {
        return new CommandError(new String(ConfText.encode(line), StandardCharsets.ISO_8859_1));
    }

    private void whoAmI(CommandContext ctx) {
        acl().whoAmI(credentials.userOf(ctx.session()), ctx.reply());
    }

    private static void help(CommandContext ctx) {
        Help.reply(ctx, AclSubcommands.HELP.toArray(String[]::new));
    }

    private AclFile file() {
        return file.orElseThrow(() -> new CommandError(AclSubcommands.NO_FILE));
    }

    private void load(CommandContext ctx) {
        try {
            AclFileText.load(credentials.users(), file().name(), file().read());
            ctx.ok();
        } catch (AclRefusal refused) {
            throw error(refused.line());
        }
    }

    private void save(CommandContext ctx) {
        try {
            file().write(credentials.users().fileText());
            ctx.ok();
        } catch (IOException failure) {
            log.warn("ACL SAVE into {} failed: {}", file().path(), OsError.reason(failure));
            throw new CommandError(AclSubcommands.NOT_SAVED);
        }
    }
}
