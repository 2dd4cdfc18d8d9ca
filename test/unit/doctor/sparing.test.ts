import assert from "node:assert/strict";
import { openClock } from "../../../emulator/clock";
import type { Authority } from "../../../provider/authority/authority";
import { openSparing } from "../../../provider/cli/doctor/sparing";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { fqdn } from "../../../provider/core/fqdn";
import type { Clients } from "../../../provider/lifecycle/observation/clients";

const AWAITED = fqdn("bounce.example.com");
const OTHER = fqdn("sesdomain-wildcard-probe.example.com");
const DOMAIN = fqdn("example.com");
const KEYS = ["t1", "t2"].map((token) => fqdn(`${token}.dkim.example.net`));

describe("what a watch reads each time", () => {
  const clock = openClock({ mode: "manual" });
  after(() => clock.close());

  it("are the names that it waits for; others, and keys, once a minute", async () => {
    const asked: string[] = [];
    const port: Partial<Authority> = {
      lookAll: async (name, types) => {
        asked.push(`${name} ${types.join()}`);
        return [];
      },
      dkimKeys: async (_domain, targets) => {
        asked.push(`keys ${targets.length}`);
        return { state: "unknown", targets: [] };
      },
    };
    const clients: Partial<Clients> = { authority: () => port as Authority };
    const authority = openSparing(clients as Clients, [AWAITED]).authority({ mode: "authoritative" });
    const ctx: Ctx = { clock, log: silentLog, signal: new AbortController().signal };
    const look = async () => {
      await authority.lookAll(AWAITED, ["MX", "TXT"], ctx);
      await authority.lookAll(OTHER, ["MX"], ctx);
      await authority.lookAll(OTHER, ["CNAME"], ctx);
      await authority.dkimKeys(DOMAIN, KEYS, ctx);
      return asked.splice(0);
    };
    const all = [`${AWAITED} MX,TXT`, `${OTHER} MX`, `${OTHER} CNAME`, "keys 2"];
    assert.deepEqual(await look(), all);
    await clock.advance(5_000);
    assert.deepEqual(await look(), all.slice(0, 1));
    await clock.advance(60_000);
    assert.deepEqual(await look(), all);
  });
});
