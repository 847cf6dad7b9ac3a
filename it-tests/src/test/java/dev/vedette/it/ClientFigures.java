package dev.vedette.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What became of each client library in each switch; printed at the end. */
final class ClientFigures {
    /**
     * One library in one switch.
     *
     * @param firstMillis from the first +switch-master to the first write that lasts
     * @param astray writes that the old master acknowledged after the first +switch-master
     * @param lost writes that are missing behind the first one that lasts
     */
    record Figure(long firstMillis, long astray, long lost) {}

    private final String title;
    private final Map<String, List<Figure>> byLibrary = new TreeMap<>();

    ClientFigures(String title) {
        this.title = title;
    }

    void add(String fault, String library, Figure figure) {
        byLibrary.computeIfAbsent(library + ", " + fault, _ -> new ArrayList<>()).add(figure);
    }

    void print() {
        System.out.println("real clients, " + title + ": first write after +switch-master");
        byLibrary.forEach(
                (library, figures) -> {
                    long[] millis =
                            figures.stream().mapToLong(Figure::firstMillis).sorted().toArray();
                    System.out.printf(
                            Locale.ROOT,
                            "  %-32s %2d rounds, median %5d ms, worst %5d ms, astray %d, lost %d%n",
                            library,
                            millis.length,
                            millis[millis.length / 2],
                            millis[millis.length - 1],
                            figures.stream().mapToLong(Figure::astray).sum(),
                            figures.stream().mapToLong(Figure::lost).sum());
                });
    }
}
