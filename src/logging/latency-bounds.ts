/** Where the bars of the latency histogram end, in seconds; the last bar is open. */
export const LATENCY_BOUNDS: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 20, 30, 60, 120];
