/** One request to an endpoint, before or after it took effect. */
export interface RequestEvent {
  /** As in `HttpMatch`. */
  readonly service: string;
  /** As in `HttpMatch`. */
  readonly action: string;
  /** The region that the request is signed for. */
  readonly region: string;
  /** Twelve digits: the caller's account. */
  readonly account: string;
  /** Whether the request is yet to take effect, or has. */
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
  /** The last 10,000 HTTP requests in the order they came, of one action where that is given. */
  log(action?: string): readonly LoggedRequest[];
  /** Counters and log. */
  reset(): void;
}

/** A request as the log has it. */
export type LoggedRequest = Omit<RequestEvent, "phase">;

const LONGEST_LOG = 10_000;

export function openRequests(): Requests {
  const listeners = new Set<RequestListener>();
  const http = new Map<string, number>();
  const dns = new Map<string, number>();
  const log: LoggedRequest[] = [];
  const step = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    onRequest(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async tell(event) {
      const { phase, ...request } = event;
      if (phase === "before") {
        step(http, `${event.service}:${event.action}`);
        log.push(request);
        if (log.length > LONGEST_LOG) log.shift();
      }
      for (const listener of listeners) await listener(event);
    },
    countQuery(server) {
      step(dns, server);
    },
    counts: () => ({ http: Object.fromEntries(http), dns: Object.fromEntries(dns) }),
    log: (action) => log.filter((request) => action === undefined || request.action === action),
    reset() {
      log.length = 0;
      http.clear();
      dns.clear();
    },
  };
}
