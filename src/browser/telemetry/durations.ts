// How long attempts took, as OpenTelemetry's histogram `http.client.request.duration` has it: fixed buckets, a bounded number of
// series, counted since the last time it was told.

/** Upper bounds, s: advised by the semantic conventions for HTTP metrics. */
export const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** What comes beyond is counted together. */
const MOST_SERIES = 200;

/** Attempts of one kind. `sum`: ms. */
export interface Series {
  method: string;
  origin: string;
  status?: number | undefined;
  kind?: string | undefined;
  count: number;
  sum: number;
  counts: number[];
}

export class Durations {
  #series = new Map<string, Series>();

  add(method: string, origin: string, took: number, status: number | undefined, kind?: string): void {
    const key = `${method} ${status ?? kind} ${origin}`;
    const series = this.#series.get(key) ?? this.#new(key, { method, origin, status, kind });
    series.count += 1;
    series.sum += took;
    const at = BOUNDS.findIndex((bound) => took <= bound * 1000);
    series.counts[at < 0 ? BOUNDS.length : at]! += 1;
  }

  #new(key: string, what: Omit<Series, 'count' | 'sum' | 'counts'>): Series {
    const full = this.#series.size >= MOST_SERIES;
    const known = full ? this.#series.get('') : undefined;
    if (known) return known;
    const series: Series = { ...what, count: 0, sum: 0, counts: Array(BOUNDS.length + 1).fill(0) };
    if (full) Object.assign(series, { method: '', origin: '', status: undefined, kind: undefined });
    this.#series.set(full ? '' : key, series);
    return series;
  }

  /** What was counted since it was last told. */
  get series(): Series[] {
    return [...this.#series.values()];
  }

  told(): void {
    this.#series = new Map();
  }
}
