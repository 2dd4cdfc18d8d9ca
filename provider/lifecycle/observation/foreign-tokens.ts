import { createHash } from "node:crypto";
import { bareToken, isTokenShaped } from "../../diagnosis/damage";
import type { Reading } from "./observe";

/**
 * The SES tokens in DNS that are not ours, by fingerprint. A preview's check has no tokens (the engine hands it inputs,
 * and SES made them after those); knowing whose tokens stood there before ours came, it can tell ours by their number.
 */
export type Strangers = readonly string[];

/** Every token at the names read, but for `ours`. */
export function strangersIn(readings: readonly Reading[], ours: readonly string[] = []): Strangers {
  const own = new Set(ours.map(fingerprint));
  const seen = readings.flatMap((reading) =>
    "sighting" in reading
      ? reading.sighting.servers.flatMap((server) => (server.kind === "values" ? tokensAmong(server.values) : []))
      : [],
  );
  return [...new Set(seen)].filter((one) => !own.has(one)).sort();
}

/** Whether every server answers with authority, and holds `count` tokens that are no strangers', the same everywhere. */
export function holdsOurs(reading: Reading, count: number, strangers: Strangers): boolean {
  if (!("sighting" in reading)) return false;
  const sets = reading.sighting.servers.map((server) =>
    server.kind === "values" ? tokensAmong(server.values).filter((one) => !strangers.includes(one)) : undefined,
  );
  const first = sets[0]?.join();
  return first !== undefined && sets.every((set) => set?.length === count && set.join() === first);
}

function tokensAmong(values: readonly string[]): string[] {
  return [...new Set(values.filter(isTokenShaped).map(fingerprint))].sort();
}

function fingerprint(value: string): string {
  return createHash("sha256").update(bareToken(value)).digest("base64url").slice(0, 10);
}
