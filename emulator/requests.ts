/** One request to an endpoint, before or after it took effect. */
export interface RequestEvent {
  readonly service: string;
  readonly action: string;
  readonly region: string;
  readonly account: string;
  readonly phase: "before" | "after";
}

/** May return a promise: the request waits for it. */
export type RequestListener = (event: RequestEvent) => void | Promise<void>;

/** Who asked for what, how often. */
export interface Requests {
  /** Called before and after each HTTP request's effect. Returns how to stop. */
  onRequest(listener: RequestListener): () => void;
  /** For the endpoints: tells the listeners, and counts in phase `before`. */
  tell(event: RequestEvent): Promise<void>;
  /** For the name servers. */
  countQuery(server: string): void;
  /** HTTP requests by "service:action"; DNS questions by the server's address. */
  counts(): { readonly http: Readonly<Record<string, number>>; readonly dns: Readonly<Record<string, number>> };
  reset(): void;
}

export function openRequests(): Requests {
  const listeners = new Set<RequestListener>();
  const http = new Map<string, number>();
  const dns = new Map<string, number>();
  const step = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    onRequest(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async tell(event) {
      if (event.phase === "before") step(http, `${event.service}:${event.action}`);
      for (const listener of listeners) await listener(event);
    },
    countQuery(server) {
      step(dns, server);
    },
    counts: () => ({ http: Object.fromEntries(http), dns: Object.fromEntries(dns) }),
    reset() {
      http.clear();
      dns.clear();
    },
  };
}
