package dev.vedette.protocol.acl;

import java.util.List;
import java.util.Set;

/**
 * One command as access control sees it.
 *
 * @param name in lower case; a subcommand's is {@code container|name}
 * @param arity words it takes; negative is "at least"
 * @param categories with their {@code @}
 * @param open may be said before login, so no rule can forbid it
 */
public record AclCommand(
        String name,
        int arity,
        Set<String> categories,
        boolean open,
        Arguments arguments,
        List<AclCommand> subcommands) {

    /** Which words of a command name keys and channels. */
    @FunctionalInterface
    public interface Arguments {
        Arguments NONE = _ -> List.of();

        List<Access> of(byte[][] words);
    }

    public AclCommand {
        categories = Set.copyOf(categories);
        subcommands = List.copyOf(subcommands);
    }

    boolean takes(int words) {
        return arity < 0 ? words >= -arity : words == arity;
    }
}
