package dev.vedette.sentinel.command;

import dev.vedette.protocol.acl.AclRefusal;
import dev.vedette.protocol.acl.AclSubcommands;
import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.resp.ReplyWriter;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/** ACL and its subcommands: users, their rules, and who was turned away. */
final class AclCommands {
    private static final String COMMON = "noscript loading stale";
    private static final String ADMIN = "admin noscript loading stale";
    private static final String DANGEROUS = "@admin @slow @dangerous";

    private final Sentinel sentinel;
    private final SentinelPort port;

    AclCommands(Sentinel sentinel, SentinelPort port) {
        this.sentinel = sentinel;
        this.port = port;
    }

    /** What {@link AclSubcommands} answers. */
    private interface Subcommand {
        void answer(AclSubcommands acl, byte[][] words, ReplyWriter out) throws AclRefusal;
    }

    Command row() {
        return Command.group(
                "acl",
                -2,
                "",
                "@slow",
                admin("deluser", -3, AclSubcommands::deleteUsers),
                admin("dryrun", -4, AclSubcommands::dryRun),
                admin("getuser", 3, AclSubcommands::getUser),
                admin("list", 2, (acl, _, out) -> acl.list(out)),
                admin("log", -2, AclSubcommands::log),
                admin("setuser", -3, AclSubcommands::setUser),
                admin("users", 2, (acl, _, out) -> acl.names(out)),
                common("cat", -2, AclSubcommands::categories),
                common("genpass", -2, AclSubcommands::generatePassword),
                Command.of("acl|load", 2, ADMIN, DANGEROUS, (client, _) -> load(client)),
                Command.of("acl|save", 2, ADMIN, DANGEROUS, (client, _) -> save(client)),
                Command.of("acl|whoami", 2, COMMON, "@slow", (client, _) -> whoAmI(client)),
                Command.of("acl|help", 2, "loading stale", "@slow", (client, _) -> help(client)));
    }

    private Command admin(String name, int arity, Subcommand subcommand) {
        return Command.of("acl|" + name, arity, ADMIN, DANGEROUS, answering(subcommand));
    }

    private Command common(String name, int arity, Subcommand subcommand) {
        return Command.of("acl|" + name, arity, COMMON, "@slow", answering(subcommand));
    }

    private Command.Handler answering(Subcommand subcommand) {
        return (client, words) -> {
            try {
                subcommand.answer(acl(), words.all(), client.reply());
            } catch (AclRefusal refused) {
                refuse(client, refused.line());
            }
        };
    }

    private AclSubcommands acl() {
        return new AclSubcommands(port.users(), port.accessLog(), port::nowMillis);
    }

    private static void refuse(ClientSession client, String line) {
        Dispatcher.refuse(client, new String(ConfText.encode(line), StandardCharsets.ISO_8859_1));
    }

    private void whoAmI(ClientSession client) {
        acl().whoAmI(client.user(), client.reply());
    }

    private static void help(ClientSession client) {
        Help.write(client, "ACL", AclSubcommands.HELP);
    }

    private void load(ClientSession client) {
        answerWhenDone(client, sentinel.loadUsers());
    }

    private void save(ClientSession client) {
        answerWhenDone(client, sentinel.saveUsers());
    }

    /** A disk is asked: the other clients go on meanwhile. */
    private static void answerWhenDone(ClientSession client, CompletionStage<Void> work) {
        var place = client.waitForAnswer();
        work.whenComplete(
                (_, failure) ->
                        client.answered(
                                place,
                                () -> {
                                    switch (failure) {
                                        case null -> client.reply().ok();
                                        case AclRefusal refused -> refuse(client, refused.line());
                                        default -> client.reply().error("ERR " + failure);
                                    }
                                }));
    }
}
