const WINDOW_MS = 300_000;

/** So many requests in five minutes; who goes beyond is refused for the next five (Cloudflare, API rate limits). */
export interface Limit {
  /** Seconds until the next request is taken; 0: this one is. */
  refusedForSeconds(key: string): number;
}

export function openLimit(now: () => number, requests: number): Limit {
  const windows = new Map<string, { from: number; count: number; blockedUntil: number }>();
  return {
    refusedForSeconds(key) {
      const at = now();
      const window = windows.get(key) ?? { from: at, count: 0, blockedUntil: 0 };
      windows.set(key, window);
      if (at - window.from >= WINDOW_MS) Object.assign(window, { from: at, count: 0 });
      if (at >= window.blockedUntil) {
        window.count += 1;
        if (window.count <= requests) return 0;
        Object.assign(window, { blockedUntil: at + WINDOW_MS, from: at + WINDOW_MS, count: 0 });
      }
      return Math.ceil((window.blockedUntil - at) / 1000);
    },
  };
}
