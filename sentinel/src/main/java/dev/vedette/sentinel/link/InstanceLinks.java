package dev.vedette.sentinel.link;

import dev.vedette.protocol.client.ConnectionOptions;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.LinkSpec;
import dev.vedette.sentinel.core.Request;

import io.netty.channel.EventLoop;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** All connections that the core has ordered, by the number it gave them. Event loop only. */
public final class InstanceLinks {
    private final EventLoop loop;
    private final ConnectionOptions options;
    private final HostNames names;
    private final Consumer<Input> inputs;
    private final Map<LinkId, InstanceLink> links = new HashMap<>();
    private final TlsTrouble tlsTrouble = new TlsTrouble();

    /**
     * @param inputs takes what happens on the links
     */
    public InstanceLinks(
            EventLoop loop, ConnectionOptions options, HostNames names, Consumer<Input> inputs) {
        this.loop = loop;
        this.options = options;
        this.names = names;
        this.inputs = inputs;
    }

    public void open(LinkId id, LinkSpec spec) {
        var link =
                new InstanceLink(
                        loop,
                        id,
                        spec,
                        options,
                        names,
                        inputs,
                        tlsTrouble,
                        ended -> links.remove(ended.id()));
        links.put(id, link);
        link.connect();
    }

    /** Closing what is closed already does nothing. */
    public void close(LinkId id, boolean discard) {
        var link = links.remove(id);
        if (link != null) {
            link.close(discard);
        }
    }

    /** What is asked on a link that has ended is answered by the LinkClosed that was reported. */
    public void send(LinkId id, Request request) {
        var link = links.get(id);
        if (link != null) {
            link.send(request);
        }
    }

    /** Lets go of everything, at the end of the process. */
    public void closeAll() {
        links.values().forEach(link -> link.close(false));
        links.clear();
    }
}
