import { equal, ok } from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { a, type FakeInternet, openFakeInternet, RESOLVER, referral, type Say, txt, zone } from "./fake-internet";

const DOMAIN = "example.com";
const NAME = fqdn(`_amazonses.${DOMAIN}`);
const ADDRESS = "127.88.9.1";
const SERVERS = ["ns1.example.net", "ns2.example.net"];

const withoutTtl =
  (say: Say): Say =>
  (...question) => {
    const said = say(...question);
    const gone = <R extends object>(records: readonly R[] = []) => records.map((record) => ({ ...record, ttl: 0 }));
    return said && { ...said, answers: gone(said.answers), authorities: gone(said.authorities) };
  };

describe("authority: a zone whose TTLs are 0", () => {
  let internet: FakeInternet;
  let values: readonly string[];
  beforeEach(async () => {
    values = ["old"];
    internet = await openFakeInternet({
      zones: { com: { "ns.registry.com": ["127.88.9.9"] } },
      resolver: withoutTtl((name, type) => ({ answers: type === "A" ? [a(name, ADDRESS)] : [] })),
    });
    await internet.serve(
      "127.88.9.9",
      withoutTtl(() => referral(DOMAIN, Object.fromEntries(SERVERS.map((server) => [server, []])))),
    );
    await internet.serve(
      ADDRESS,
      withoutTtl((...question) =>
        zone(
          DOMAIN,
          SERVERS,
          values.map((value) => txt(NAME, value)),
        )(...question),
      ),
    );
  });
  afterEach(() => internet.close());

  const state = async (value: string) => (await internet.authority.check(NAME, "TXT", [value], internet.ctx)).state;
  const resolverQuestions = () =>
    internet.asked.filter(({ address }) => address === RESOLVER || address === "127.88.9.9").length;

  it("is not walked to from the root with each look, and its record is", async () => {
    equal(await state("old"), "published");
    const before = resolverQuestions();
    values = ["new"];
    equal(await state("new"), "published");
    equal(resolverQuestions(), before);
  });

  it("is walked to again some seconds later", async () => {
    await state("old");
    const before = resolverQuestions();
    await internet.clock.advance(6_000);
    await state("old");
    ok(resolverQuestions() > before);
  });
});

describe("authority: one hostile domain among others", () => {
  it("takes no question from them, also where they share the way", async () => {
    const healthy = Array.from({ length: 60 }, (_, index) => `d${index}.com`);
    const far = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`ns.v${index}.example.net`, []]));
    const own = Object.fromEntries(healthy.map((name) => [name, { [`ns.${name}`]: [ADDRESS] }]));
    const internet = await openFakeInternet({
      zones: { [DOMAIN]: far, ...own },
      resolver: () => ({ rcode: "SERVFAIL" }),
    });
    try {
      const zones = new Map(
        healthy.map((name) => [name, zone(name, [`ns.${name}`], [txt(`_amazonses.${name}`, "token")])]),
      );
      await internet.serve(ADDRESS, (name, ...rest) => zones.get(name.split(".").slice(-2).join("."))?.(name, ...rest));
      const hostile = async () => {
        for (let look = 0; look < 20; look++)
          await internet.authority.look(NAME, "TXT", internet.ctx).catch(() => undefined);
      };
      const [, ...verdicts] = await Promise.all([
        hostile(),
        ...healthy.map((name) => internet.authority.check(fqdn(`_amazonses.${name}`), "TXT", ["token"], internet.ctx)),
      ]);
      ok(verdicts.every((verdict) => verdict?.state === "published"));
      const asked = internet.asked.filter(({ address }) => address === RESOLVER).length;
      ok(asked <= 257, `${asked} questions to the resolver`);
    } finally {
      await internet.close();
    }
  });
});
