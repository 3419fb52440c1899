package dev.spindle.engine.command.geo;

import java.util.Arrays;

/** What a search has found: of each position its rank in the sorted set, its score and its distance. */
final class GeoPoints {

    private static final int LEAST = 64;

    private long[] ranks = new long[LEAST];
    private double[] scores = new double[LEAST];
    private double[] distances = new double[LEAST];
    private int[] order = new int[LEAST];
    private int[] merged = new int[LEAST];
    private int count;

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    void add(long rank, double score, double distance) {
        if (count == ranks.length) {
            int larger = Math.multiplyExact(count, 2);
            ranks = Arrays.copyOf(ranks, larger);
            scores = Arrays.copyOf(scores, larger);
            distances = Arrays.copyOf(distances, larger);
            order = Arrays.copyOf(order, larger);
            merged = new int[larger];
        }
        ranks[count] = rank;
        scores[count] = score;
        distances[count] = distance;
        order[count] = count;
        count++;
    }

    /** Sorts by distance; what is equally far stays in the order it was found in. */
    void sort(boolean farthestFirst) {
        for (int width = 1; width < count; width *= 2) {
            for (int from = 0; from < count; from += 2 * width) {
                merge(
                        from,
                        Math.min(from + width, count),
                        Math.min(from + 2 * width, count),
                        farthestFirst);
            }
            int[] swapped = order;
            order = merged;
            merged = swapped;
        }
    }

    private void merge(int from, int middle, int end, boolean farthestFirst) {
        int left = from;
        int right = middle;
        for (int to = from; to < end; to++) {
            boolean takeLeft = right == end;
            if (!takeLeft && left < middle) {
                double a = distances[order[left]];
                double b = distances[order[right]];
                takeLeft = farthestFirst ? a >= b : a <= b;
            }
            merged[to] = takeLeft ? order[left++] : order[right++];
        }
    }

    long rank(int place) {
        return ranks[order[place]];
    }

    double score(int place) {
        return scores[order[place]];
    }

    /** Metres. */
    double distance(int place) {
        return distances[order[place]];
    }
}
