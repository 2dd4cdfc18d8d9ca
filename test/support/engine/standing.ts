import assert from "node:assert/strict";
import { unquoteText } from "../../../provider/dns/txt";
import { US } from "./ownership";
import type { EngineRun } from "./stack";
import { ACCOUNT, DOMAIN, type EngineWorld, NAME, warningsOf } from "./world";

/** What resolvers and senders have of a domain: none of it changes in a move. */
interface Standing {
  readonly status: string | undefined;
  readonly token: string | undefined;
  readonly ttl: number | undefined;
  readonly values: readonly string[];
}

export interface StandingWatch {
  /** Each state that differed from the one before, the first included. */
  readonly seen: readonly Standing[];
  /** Ends the watch; fails where anything changed, the domain was not verified, or the watch saw no run. */
  assertUnchanged(): void;
}

/**
 * Watches the domain at each request and each change of a zone, before and after it: status and token at SES, and the record set
 * in the zone that the parent zone names.
 */
export function watchStanding(world: EngineWorld): StandingWatch {
  const { emulator } = world;
  const seen: Standing[] = [];
  let looks = 0;
  const look = () => {
    looks += 1;
    const now = standingOf(world);
    if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now);
  };
  look();
  const stops = [emulator.onRequest(look), emulator.zones.subscribe(look)];
  return {
    seen,
    assertUnchanged() {
      for (const stop of stops) stop();
      look();
      assert.equal(seen.length, 1, JSON.stringify(seen, undefined, 1));
      const [first] = seen;
      assert.equal(first?.status, "Success");
      assert.ok(first.token !== undefined && first.values.includes(first.token));
      assert.ok(looks > 3, "the watch saw the run");
    },
  };
}

function standingOf({ emulator }: EngineWorld): Standing {
  const identity = emulator.cloud.ses.identity(ACCOUNT, US, DOMAIN);
  const zone = emulator.zones.list().find(({ name, delegatedTo }) => name === DOMAIN && delegatedTo !== undefined);
  const set = zone && emulator.zones.view(zone.id).find({ name: NAME, type: "TXT" });
  const values = (set?.values ?? []).map((value) => unquoteText(value, "octal")).sort();
  return { status: identity?.status, token: identity?.token, ttl: set?.ttl, values };
}

/** How many warnings say what each tool has against the removal of what it made, and where that is documented. */
export function dangersIn(run: EngineRun): number {
  const each = [DOMAIN, "retainOnDelete", "destroy = false", "DeletionPolicy", "docs/migrating.md"];
  return warningsOf(run).filter((text) => each.every((one) => text.includes(one))).length;
}

/** What is told of what became of the domain, on lines that stay. */
export function linesOn({ diagnostics }: EngineRun): string[] {
  return diagnostics
    .filter(({ severity, ephemeral, urn, message }) => {
      const stays = severity === "info" && !ephemeral && urn?.includes("sesdomain:");
      return stays && message.includes(DOMAIN) && message.includes(US);
    })
    .map(({ message }) => message);
}

/** The resources that a run deletes: whether the engine says of each that it is retained. */
export function deletionsIn({ stdout }: EngineRun): readonly ("retained" | "deleted")[] {
  const lines = stdout.match(/^ - .* delete\S*/gm) ?? [];
  return lines.map((line) => (line.includes("[retain]") ? "retained" : "deleted"));
}
