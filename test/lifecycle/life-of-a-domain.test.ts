import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
} from "../support/emulator/domain";

const REGION = "us-east-1";
const ONE = { domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" } };
const PAGE = join(__dirname, "..", "..", "docs", "how-a-domain-lives.md");

/** `absent requested` for each arrow between two states of the page's diagram. */
function arrowsOfPage(): readonly string[] {
  const [, diagram = ""] = /```mermaid\nstateDiagram-v2\n(.*?)```/s.exec(readFileSync(PAGE, "utf8")) ?? [];
  return [...diagram.matchAll(/^ +(\w+) --> (\w+): ./gm)].map(([, from, to]) => `${from} ${to}`);
}

/** Writes down each state that the domain goes through. */
function follow(world: DomainWorld) {
  const arrows = new Set<string>();
  let wasVerified = false;
  const now = () => {
    const identity = world.emulator.cloud.ses.identity(ACCOUNT, REGION, DOMAIN);
    if (identity === undefined) return "absent";
    const published = identity.token !== undefined && world.at(NAME)?.values.includes(identity.token) === true;
    if (identity.status === "Pending") return published ? "pending" : "requested";
    if (identity.status === "Failed") return wasVerified ? "revoked" : "failed";
    return published ? "verified" : "drifted";
  };
  let state = now();
  const look = () => {
    const next = now();
    if (next !== state) arrows.add(`${state} ${next}`);
    state = next;
    wasVerified = next === "verified" || (wasVerified && next !== "absent");
  };
  world.emulator.onRequest(look);
  return {
    arrows,
    look,
    async hours(count: number) {
      for (let hour = 0; hour < count; hour += 1) {
        await world.emulator.clock.advance(HOUR_MS);
        look();
      }
    },
  };
}

describe("the life of a domain", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  it("goes along every arrow of the documentation's diagram, and along no other", async () => {
    const life = follow(world);
    const erase = () => {
      world.setValues(NAME, [OTHER_TEAM]);
      life.look();
    };
    // What is to be published by hand is never published.
    const byHand = { ...ONE, dns: { kind: "manual" }, timeout: "1m" };
    const first = await world.run().up(byHand);
    await life.hours(80);
    const up = await world.run().up(ONE, first);
    assert.equal(up.failed, undefined);
    erase();
    const healed = await world.run().up(ONE, up);
    erase();
    await life.hours(7 * 24);
    const again = await world.run().up(ONE, healed);
    assert.equal(again.failed, undefined);
    await world.run().destroy(again);
    life.look();
    assert.deepEqual([...life.arrows].sort(), [...arrowsOfPage()].sort());
  });
});
