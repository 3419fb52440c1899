package dev.spindle.engine.info;

import dev.spindle.engine.Engine;
import dev.spindle.engine.config.ServerConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * INFO as a whole: the list of sections in their order, and what they share. Core thread.
 *
 * <p>A module that knows more than a section of this package puts its own with the same title in its place; a new title is
 * added at the end.
 */
public final class InfoReport {

    private final Engine engine;
    private final List<InfoSection> sections = new ArrayList<>();
    private final InfoText out = new InfoText();
    private final long startedMs;
    private final long startupBytes;
    private ProcessFacts process;
    private long peakBytes;

    public InfoReport(Engine engine) {
        this.engine = engine;
        startedMs = engine.epochClock().epochMs();
        startupBytes = MemoryFigures.used(engine);
    }

    // Made at the first question: a server that is just starting has better things to do.
    private List<InfoSection> sections() {
        if (sections.isEmpty()) {
            addSections();
        }
        return sections;
    }

    private void addSections() {
        Collections.addAll(
                sections,
                new ServerSection(),
                new ClientsSection(),
                new MemorySection(),
                new PersistenceSection(),
                new StatsSection(),
                new ReplicationSection(),
                new CpuSection(),
                new ModulesSection(),
                new CommandStatsSection(),
                new ErrorStatsSection(),
                new LatencyStatsSection(),
                new ClusterSection(),
                new KeyspaceSection(),
                new SpindleSection());
    }

    /** Puts a section in the place of the one with the same title, or at the end. */
    public void put(InfoSection section) {
        List<InfoSection> all = sections();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).title().equals(section.title())) {
                all.set(i, section);
                return;
            }
        }
        all.add(section);
    }

    /** The engine reported on. */
    public Engine engine() {
        return engine;
    }

    /** Facts of the process. */
    public ProcessFacts process() {
        if (process == null) {
            process = new OwnProcess(startedMs);
        }
        return process;
    }

    /** Sets where facts of the process come from. */
    public void process(ProcessFacts facts) {
        process = facts;
    }

    /** The configuration. */
    public ServerConfig config() {
        return engine.config();
    }

    /** Takes samples for rates and peaks; wants to be called every 100 ms or so. Allocates nothing. */
    public void sample(long nowMs) {
        engine.stats().sampleRates(nowMs);
        peakBytes = Math.max(peakBytes, MemoryFigures.used(engine));
    }

    /** Where the memory is now. */
    public MemoryFigures memory() {
        MemoryFigures figures = new MemoryFigures(engine, process(), startupBytes, peakBytes);
        peakBytes = figures.peak;
        return figures;
    }

    /**
     * The text of INFO.
     *
     * @param names what was asked for, in any case: titles, {@code default}, {@code all}, {@code everything}; none means
     *     {@code default}. Unknown names give nothing.
     */
    public String text(Collection<String> names) {
        return write(names).toString();
    }

    /** The same as bytes, valid until the next call. */
    public InfoText write(Collection<String> names) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : names) {
            wanted.add(name.toLowerCase(Locale.ROOT));
        }
        boolean all = wanted.contains("all") || wanted.contains("everything");
        boolean byDefault = all || wanted.isEmpty() || wanted.contains("default");
        out.clear();
        for (InfoSection section : sections()) {
            boolean named =
                    wanted.contains(section.title().toLowerCase(Locale.ROOT))
                            || section.alias() != null && wanted.contains(section.alias());
            boolean shown = section.shown() == InfoSection.Shown.BY_DEFAULT ? byDefault : all;
            if (named || shown) {
                out.heading(section.title());
                section.write(out, this);
            }
        }
        return out;
    }
}
