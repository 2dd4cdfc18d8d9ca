import assert from "node:assert/strict";
import type { Authority, ServerSighting, Sighting } from "../../../provider/authority/authority";
import type { DkimKeys } from "../../../provider/authority/dkim-keys";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { AuthorityError } from "../../../provider/core/errors";
import { fqdn } from "../../../provider/core/fqdn";
import type { Clients } from "../../../provider/lifecycle/observation/clients";
import type { PreviewBudget } from "../../../provider/lifecycle/observation/preview-budget";
import { previewClients } from "../../../provider/lifecycle/observation/preview-clients";
import { openHastyClock } from "../../support/hasty-clock";

const NAME = fqdn("bounce.example.com");
const DOMAIN = fqdn("example.com");
const ctx: Ctx = { clock: openHastyClock(), log: silentLog, signal: new AbortController().signal };

const server = { server: "ns1.example.net", address: "192.0.2.1" };
const ANSWER: ServerSighting = { ...server, kind: "absent", nxdomain: true, negativeTtl: 60 };
const SILENCE: ServerSighting = { ...server, kind: "unreachable", reason: "no answer" };
const sighting = (type: Sighting["type"], one: ServerSighting): Sighting => ({
  name: NAME,
  type,
  target: NAME,
  cnames: [],
  via: "authoritative",
  delegation: undefined,
  servers: [one],
});

/** An authority as a preview reads it, and whether what it said counted as an answer. */
function bound(says: Partial<Authority>, silent = false) {
  const counted: boolean[] = [];
  const budget: PreviewBudget = {
    async within(_endpoint, isAnswer, call, inner) {
      if (silent) throw new AuthorityError("endpoint-silent", "DNS is silent.", { retryable: true });
      const value = await call(inner);
      counted.push(isAnswer({ value }));
      return value;
    },
    tell: (warnings) => warnings,
  };
  const clients: Partial<Clients> = { authority: () => says as Authority };
  const { authority } = previewClients(clients as Clients, budget).clients;
  return { authority: authority({ mode: "authoritative" }), counted };
}

describe("what a preview reads of DNS", () => {
  it("counts a look for several types as an answer where any server gave one", async () => {
    for (const [mx, expected] of [
      [ANSWER, true],
      [SILENCE, false],
    ] as const) {
      const looks: readonly Sighting[] = [sighting("TXT", SILENCE), sighting("MX", mx)];
      const { authority, counted } = bound({ lookAll: async () => looks });
      assert.deepEqual(await authority.lookAll(NAME, ["TXT", "MX"], ctx), looks);
      assert.deepEqual(counted, [expected]);
    }
  });

  it("counts a look for keys as an answer where a resolver gave one", async () => {
    for (const [state, expected] of [
      ["absent", true],
      ["unknown", false],
      ["unasked", false],
    ] as const) {
      const keys: DkimKeys = { state: "unknown", targets: [{ target: NAME, state }] };
      const { authority, counted } = bound({ dkimKeys: async () => keys });
      await authority.dkimKeys(DOMAIN, [NAME], ctx);
      assert.deepEqual(counted, [expected], state);
    }
  });

  it("knows nothing of keys where DNS is silent, and of a look says so", async () => {
    const { authority } = bound({ dkimKeys: async () => assert.fail(), lookAll: async () => assert.fail() }, true);
    assert.deepEqual(await authority.dkimKeys(DOMAIN, [NAME], ctx), { state: "unknown", targets: [] });
    await assert.rejects(authority.lookAll(NAME, ["MX"], ctx), { code: "endpoint-silent" });
  });
});
