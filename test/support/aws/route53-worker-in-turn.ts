import type { DnsBackend } from "../../../provider/dns/backend";
import { openWorkerBackend as openAtOnce } from "./route53-worker";

/** As `route53-worker`, but each `add` is a write of its own: made together they would travel together. */
export function openWorkerBackend(settings: unknown): DnsBackend {
  const backend = openAtOnce(settings);
  let tail: Promise<unknown> = Promise.resolve();
  return {
    ...backend,
    add(zone, records, ctx) {
      const mine = tail.then(() => backend.add(zone, records, ctx));
      tail = mine.catch(() => undefined);
      return mine;
    },
  };
}
