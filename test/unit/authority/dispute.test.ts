import { deepEqual, equal } from "node:assert/strict";
import { fqdn, isWithin } from "../../../provider/core/fqdn";
import { cname, type FakeInternet, ns, openFakeInternet, referral, type Say, soa, txt, zone } from "./fake-internet";

const PARENT = "example.com";
const CHILD = fqdn(`mail.${PARENT}`);
const NAME = fqdn(`_amazonses.${CHILD}`);
const SERVERS = {
  "ns1.example.com": ["127.88.1.1"],
  "ns2.example.com": ["127.88.1.2"],
  "ns3.example.com": ["127.88.1.3"],
};
const NAMES = Object.keys(SERVERS);
const DEAD = { [`ns.${CHILD}`]: ["127.88.1.9"] };
/** Which station is asked where one is enough is up to chance. */
const ROUNDS = 6;

describe("authority: servers that do not agree where a name lies", () => {
  let internet: FakeInternet;
  beforeEach(async () => {
    internet = await openFakeInternet({
      zones: { [PARENT]: SERVERS, "example.net": { "ns.example.net": ["127.88.2.1"] } },
    });
    await internet.serve("127.88.2.1", zone("example.net", ["ns.example.net"], [txt("good.example.net", "token")]));
  });
  afterEach(() => internet.close());

  /** What a look says, each time with nothing remembered. */
  const seen = async () => {
    const all = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const { sighting, state } = await internet.authority.check(NAME, "TXT", ["token"], internet.ctx);
      all.add(`${state} in ${sighting.delegation?.zone}`);
      await internet.clock.advance(3_601_000);
    }
    return [...all];
  };
  const below = (name: string) => isWithin(fqdn(name), CHILD);

  const stale: Record<string, Say> = {
    "still delegates a zone that is gone": (name) => (below(name) ? referral(CHILD, DEAD) : undefined),
    "still holds a zone that is gone": (name, type, ...rest) =>
      below(name) ? zone(CHILD, Object.keys(DEAD))(name, type, ...rest) : undefined,
  };
  const held = { "a value": [txt(NAME, "token")], "an alias": [cname(NAME, "good.example.net")] };
  const expected: Record<string, string> = {
    "still delegates a zone that is gone, a value": "published in example.com",
    "still delegates a zone that is gone, an alias": "published in example.net",
    // It says with authority that the name is not there.
    "still holds a zone that is gone, a value": "missing in example.com",
    "still holds a zone that is gone, an alias": "missing in example.net",
  };
  for (const [does, old] of Object.entries(stale)) {
    for (const [what, records] of Object.entries(held)) {
      it(`believes the two that hold ${what} where the third ${does}`, async () => {
        const sound = zone(PARENT, NAMES, records);
        await internet.serve("127.88.1.1", sound);
        await internet.serve("127.88.1.2", sound);
        await internet.serve("127.88.1.3", (...question) => old(...question) ?? sound(...question));
        deepEqual(await seen(), [expected[`${does}, ${what}`]]);
      });
    }
  }

  it("sees at once that a name has got a zone of its own, on two of the servers and on a new one", async () => {
    const child = {
      "ns1.example.com": ["127.88.1.1"],
      "ns2.example.com": ["127.88.1.2"],
      [`ns4.${CHILD}`]: ["127.88.1.4"],
    };
    const undivided = zone(PARENT, NAMES, [txt(NAME, "token")]);
    const apart = zone(CHILD, Object.keys(child), [txt(NAME, "token")]);
    let cut = false;
    const twin: Say = (name, ...rest) => (cut && below(name) ? apart(name, ...rest) : undivided(name, ...rest));
    await internet.serve("127.88.1.1", twin);
    await internet.serve("127.88.1.2", twin);
    await internet.serve("127.88.1.3", (name, ...rest) =>
      cut && below(name) ? referral(CHILD, child) : undivided(name, ...rest),
    );
    await internet.serve("127.88.1.4", (name, type) =>
      name === CHILD && type === "NS"
        ? { answers: Object.keys(child).map((server) => ns(CHILD, server)) }
        : { rcode: "NXDOMAIN", authorities: [soa(CHILD)] },
    );
    const check = () => internet.authority.check(NAME, "TXT", ["token"], internet.ctx);
    equal((await check()).state, "published");
    cut = true;
    for (const _ of [1, 2]) {
      const { state, servers } = await check();
      equal(state, "missing");
      deepEqual(
        servers.find(({ state: one }) => one === "lacks"),
        { server: `ns4.${CHILD}`, state: "lacks" },
      );
    }
  });

  it("does not go by what it remembers of a name once a server has pointed further down", async () => {
    const undivided = zone(PARENT, NAMES, [txt(NAME, "token")]);
    const apart = zone(CHILD, NAMES, [txt(NAME, "token")]);
    let cut = false;
    for (const [address] of Object.values(SERVERS)) {
      await internet.serve(address ?? "", (name, ...rest) =>
        cut && below(name) ? apart(name, ...rest) : undivided(name, ...rest),
      );
    }
    const zoneOf = async (name: string) =>
      (await internet.authority.look(fqdn(name), "TXT", internet.ctx)).delegation?.zone;
    equal(await zoneOf(`none.${CHILD}`), PARENT);
    cut = true;
    equal(await zoneOf(`none.${CHILD}`), CHILD);
  });
});
