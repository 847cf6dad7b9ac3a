package dev.vedette.server.admin;

import dev.vedette.protocol.conf.BadDirective;
import dev.vedette.protocol.conf.ConfRewrite;
import dev.vedette.protocol.conf.Directive;
import dev.vedette.protocol.conf.LoadedConf;
import dev.vedette.protocol.conf.Settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The configuration of the running server: what holds now, who must know when it changes, and how
 * it goes back into its file. Event loop only.
 */
public final class Config {
    /** Acts on a new value; may refuse it, and everything that was set together stays as it was. */
    @FunctionalInterface
    public interface Hook {
        void apply(Settings settings) throws BadDirective;
    }

    /** CONFIG SET refuses. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String line) {
            super(line, null, false, false);
        }

        /** The whole error line, without {@code -}. */
        public String line() {
            return String.valueOf(getMessage());
        }
    }

    private final Optional<Path> file;
    private final Set<String> served = new HashSet<>();
    private final Map<String, List<Hook>> hooks = new HashMap<>();
    private Supplier<List<String>> userLines = List::of;
    private Settings settings;

    /**
     * @param served the directives that this server acts on
     */
    public Config(LoadedConf loaded, Collection<? extends Directive<?>> served) {
        this.settings = loaded.settings();
        this.file = loaded.file();
        served.forEach(directive -> this.served.add(directive.name()));
    }

    public <T> T get(Directive<T> directive) {
        return settings.get(directive);
    }

    public Settings settings() {
        return settings;
    }

    /** The conf file, absolute, if the server was started with one. */
    public Optional<Path> file() {
        return file;
    }

    /** Calls the hook now and whenever CONFIG SET has changed the directive. */
    public void follow(Directive<?> directive, Hook hook) {
        onChange(directive, hook);
        try {
            hook.apply(settings);
        } catch (BadDirective e) {
            throw new IllegalStateException(directive.name() + ": " + e.reason(), e);
        }
    }

    /** Hands over the value now and whenever CONFIG SET has changed it. */
    public <T> void followValue(Directive<T> directive, Consumer<T> taker) {
        follow(directive, changed -> taker.accept(changed.get(directive)));
    }

    /** Hands over the value whenever CONFIG SET has changed it. */
    public <T> void onNewValue(Directive<T> directive, Consumer<T> taker) {
        onChange(directive, changed -> taker.accept(changed.get(directive)));
    }

    /** Calls the hook whenever CONFIG SET has changed the directive. */
    public void onChange(Directive<?> directive, Hook hook) {
        hooks.computeIfAbsent(directive.name(), _ -> new ArrayList<>(1)).add(hook);
    }

    /** Where the {@code user} lines of the file come from. */
    public void userLines(Supplier<List<String>> source) {
        this.userLines = source;
    }

    /** A value that changed by another way than CONFIG SET (REPLICAOF): no hook is called. */
    public <T> void note(Directive<T> directive, T value) {
        settings = settings.with(directive, value);
    }

    /** Sets all of these or none. */
    public void set(List<Map.Entry<String, String>> changes) throws Refused {
        var chosen = new LinkedHashMap<Directive<?>, String>();
        for (var change : changes) {
            choose(chosen, change.getKey());
        }
        var before = settings;
        var next = settings;
        for (var change : changes) {
            var name = change.getKey();
            var directive = find(name);
            try {
                next = next.withValue(directive, change.getValue());
            } catch (BadDirective e) {
                throw failed(name, e.reason());
            }
            refuseUnserved(directive, name, next);
        }
        settings = next;
        for (var entry : chosen.entrySet()) {
            try {
                apply(entry.getKey());
            } catch (BadDirective e) {
                settings = before;
                chosen.keySet().forEach(this::applyAgain);
                throw failed(entry.getValue(), e.reason());
            }
        }
    }

    private void choose(Map<Directive<?>, String> chosen, String name) throws Refused {
        var directive = find(name);
        switch (directive.change()) {
            case AT_RUN_TIME -> {}
            case AT_START -> throw failed(name, "can't set immutable config");
            case PROTECTED -> throw failed(name, "can't set protected config");
        }
        if (chosen.put(directive, name) != null) {
            throw failed(name, "duplicate parameter");
        }
    }

    private Directive<?> find(String name) throws Refused {
        var directive = settings.table().find(name);
        if (directive.isEmpty()) {
            throw new Refused(
                    "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'");
        }
        return directive.get();
    }

    /** A change that nothing would follow is worse than a refusal. */
    private void refuseUnserved(Directive<?> directive, String name, Settings next) throws Refused {
        if (!served.contains(directive.name())
                && directive.meaning() == Directive.Meaning.SOME
                && !next.isDefault(directive)) {
            throw failed(name, "not served by this version of Vedette");
        }
    }

    private static Refused failed(String name, String why) {
        return new Refused(
                "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + why);
    }

    private void apply(Directive<?> directive) throws BadDirective {
        for (var hook : hooks.getOrDefault(directive.name(), List.of())) {
            hook.apply(settings);
        }
    }

    private void applyAgain(Directive<?> directive) {
        try {
            apply(directive);
        } catch (BadDirective e) {
            throw new IllegalStateException("cannot go back: " + e.reason(), e);
        }
    }

    /**
     * The file with everything that holds now, to be saved.
     *
     * @throws IOException when the file cannot be read
     */
    public ConfRewrite rewrite(Path path) throws IOException {
        var rewrite = ConfRewrite.of(path, settings.table()::canonical);
        settings.rewriteInto(rewrite);
        rewrite.put("user", userLines.get());
        return rewrite;
    }
}
