package dev.vedette.sentinel.command;

import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.ClientToken;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.MasterView;
import dev.vedette.sentinel.core.Pace;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelOptions;
import dev.vedette.sentinel.core.SimulatedFailure;
import dev.vedette.sentinel.script.ScriptQueue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** The sentinel as its commands see it. Event loop only. */
public interface Sentinel {
    SentinelId myId();

    SentinelOptions options();

    /** The views of this moment, in the order of the configuration. */
    List<MasterView> masters();

    Optional<MasterView> master(String name);

    /** Since when TILT lasts, absent when all is well. */
    Optional<Duration> tiltFor();

    /** How long the periods are now. */
    Pace pace();

    /** Where it crashes on purpose. */
    Set<SimulatedFailure> simulatedFailures();

    /** Asks the core; the answer comes at once, or after the disk. */
    void ask(Function<ClientToken, Input> question, Consumer<Answer> onAnswer);

    /** Tells the core. */
    void tell(Input fact);

    List<ScriptQueue.Pending> pendingScripts();

    /** Where a relative path of an operator starts from. */
    Path resolve(String path);

    /** Takes the users of the ACL file; answered when that is done. */
    CompletionStage<Void> loadUsers();

    /** Writes the users into the ACL file; answered when that is done. */
    CompletionStage<Void> saveUsers();

    /** Ends the process in order. */
    void shutDown();
}
