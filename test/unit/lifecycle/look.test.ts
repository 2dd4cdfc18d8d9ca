import assert from "node:assert/strict";
import type { Authority } from "../../../provider/authority/authority";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { type LookAt, lookAtDomain } from "../../../provider/lifecycle/observation/look";
import { openPreviewCache, type PreviewCache } from "../../../provider/lifecycle/observation/preview-cache";
import { underscoreName } from "../../../provider/lifecycle/records/placement";
import type { SesPort, VerificationStatus } from "../../../provider/ses/port";
import { openHastyClock } from "../../support/hasty-clock";

const DOMAIN = fqdn("example.com");
const TOKEN = "b3VyIG93biB0b2tlbiwgMzIgb2N0ZXRzIGxvbmcuLi4=";

type Said = VerificationStatus | undefined;

/** What the account's list says, and what SES says of the identity itself. */
function lookWhere(
  listed: Said,
  said: Said,
  tokens?: ReadonlyMap<string, string>,
  cache: PreviewCache = openPreviewCache(),
  more: { readonly lastToken?: string; readonly authority?: Authority } = {},
) {
  const domains = new Map<Fqdn, VerificationStatus>(listed === undefined ? [] : [[DOMAIN, listed]]);
  const ses: Pick<SesPort, "region" | "account" | "listed" | "listedSoFar" | "status" | "info"> = {
    region: "us-east-1",
    account: () => Promise.resolve({ id: "111111111111", partition: "aws" }),
    listed: () => Promise.resolve(listed ?? "absent"),
    listedSoFar: () => Promise.resolve({ domains, addresses: new Map(), isWhole: true }),
    status: () => Promise.resolve(said === undefined ? undefined : { status: said, token: TOKEN }),
    info: () => Promise.resolve(undefined),
  };
  const spec = { name: "us-east-1", region: "us-east-1" };
  const what: LookAt = {
    domain: DOMAIN,
    ttl: 300,
    identities: [{ spec, ses: ses as SesPort, accountId: "111111111111", lastToken: more.lastToken }],
    verifiedBefore: true,
    places: { "us-east-1": { name: underscoreName(DOMAIN), prefix: "" } },
    hosts: [],
    authority: more.authority,
    tokens,
  };
  const ctx: Ctx = { clock: openHastyClock(), log: silentLog, signal: new AbortController().signal };
  return lookAtDomain(what, cache, ctx);
}

describe("a look for a preview", () => {
  it("takes the list's word for a healthy domain whose token costs too much, and knows no token then", async () => {
    const cache: PreviewCache = {
      ...openPreviewCache(),
      mayAskToken: () => Promise.resolve(false),
      token: () => assert.fail("the token is not asked for"),
    };
    const [seen] = (await lookWhere("Success", "Success", undefined, cache)).identities;
    assert.deepEqual([seen?.status, seen?.token, seen?.tokenless], ["Success", undefined, undefined]);
  });

  for (const [what, listed, values, asks] of [
    ["every server has its value, and the list says Success", "Success", [TOKEN], false],
    ["the servers have another value", "Success", ["another"], true],
    ["the list says that it has failed", "Failed", [TOKEN], true],
    ["the list lacks it", undefined, [TOKEN], true],
  ] as const) {
    it(`${asks ? "asks SES for the token" : "takes the last run's token"} where ${what}`, async () => {
      const name = underscoreName(DOMAIN);
      const server = { server: "ns1.example", address: "192.0.2.1", kind: "values", values, ttl: 300 } as const;
      const at = { name, type: "TXT", target: name, cnames: [], via: "doh", delegation: undefined } as const;
      const nothing = async () => undefined;
      const sighting = { ...at, servers: [server] };
      const glance = async () => [];
      const authority = {
        look: async () => sighting,
        examine: nothing,
        validate: nothing,
        glance,
      } as unknown as Authority;
      let asked = 0;
      const cache = openPreviewCache();
      const late: PreviewCache = {
        ...cache,
        isTokenAtHand: () => Promise.resolve(false),
        status: () => Promise.resolve(listed),
        reading: () => Promise.resolve({ sighting }),
        token: (...given) => {
          asked += 1;
          return cache.token(...given);
        },
      };
      const known = { lastToken: TOKEN, authority };
      const [seen] = (await lookWhere(listed, "Success", undefined, late, known)).identities;
      assert.deepEqual([seen?.status, seen?.token, seen?.tokenless], ["Success", TOKEN, false]);
      assert.equal(asked, asks ? 1 : 0);
    });
  }

  for (const tokens of [undefined, new Map([["us-east-1", TOKEN]])]) {
    const which = tokens === undefined ? "" : " of a record that another provider writes";
    for (const listed of [undefined, "Failed", "NotStarted"] as const) {
      it(`believes SES on the identity${which}, not a list that still says ${listed ?? "nothing"}`, async () => {
        const look = await lookWhere(listed, "Success", tokens);
        assert.deepEqual(
          look.identities.map(({ status, token }) => ({ status, token })),
          [{ status: "Success", token: TOKEN }],
        );
        assert.deepEqual(look.findings, []);
      });
    }

    for (const said of [undefined, "Failed"] as const) {
      it(`sees that it is gone or has failed${which}: ${said ?? "absent"}`, async () => {
        const look = await lookWhere(said, said, tokens);
        assert.deepEqual(
          look.identities.map(({ status }) => status),
          [said ?? "absent"],
        );
        assert.notDeepEqual(look.findings, []);
      });
    }
  }
});
