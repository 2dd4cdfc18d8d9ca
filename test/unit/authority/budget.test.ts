import { equal, match, ok, rejects } from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { SHORT_TIMEOUTS } from "../../support/dns/world";
import { a, cname, type FakeInternet, openFakeInternet, referral, type Say, txt, zone } from "./fake-internet";

const DOMAIN = "example.com";
const NAME = fqdn(`_amazonses.${DOMAIN}`);
const ADDRESS = "127.88.3.1";
const RESOLVER = "127.88.0.53";
/** Questions are counted: none is to be asked twice because the machine is busy. */
const PATIENT = { ...SHORT_TIMEOUTS, udpMs: 4_000, hedgeMs: 4_000, lookMs: 15_000 };
/** As many labels as a name has room for. */
const DEEP = `${"a.".repeat(100)}${DOMAIN}`;

describe("authority: what one look asks at most", () => {
  let internet: FakeInternet;
  afterEach(() => internet.close());
  const asked = (address: string) => internet.asked.filter((one) => one.address === address).length;

  /** Refers one label further each time it is asked for a name, to itself, to `victims` and to `names` names without glue. */
  const hostile = (names: number, victims: readonly string[] = []): Say => {
    let labels = DOMAIN.split(".").length;
    return (name, type) => {
      if (type !== "TXT") return { rcode: "SERVFAIL" };
      if (name === NAME) return { answers: [cname(NAME, DEEP)] };
      labels += 1;
      const cut = name.split(".").slice(-labels).join(".");
      const far = Array.from({ length: names }, (_, index) => [`ns${index}.${labels}.example.org`, []]);
      return referral(cut, { ...Object.fromEntries(far), [`ns.${cut}`]: [ADDRESS, ...victims] });
    };
  };
  const open = async (say: Say) => {
    internet = await openFakeInternet({ zones: { [DOMAIN]: { [`ns.${DOMAIN}`]: [ADDRESS] } }, timeouts: PATIENT });
    await internet.serve(ADDRESS, say);
  };

  it("does not go down for ever, nor look ever more names up", async () => {
    await open(hostile(20));
    const { servers } = await internet.authority.look(NAME, "TXT", internet.ctx);
    const [one] = servers;
    match(one?.kind === "unreachable" ? one.reason : "", /leads to a\.a\..* through more zones/);
    ok(asked(ADDRESS) < 200, `${asked(ADDRESS)} questions to the server`);
    // A and AAAA, and one for the root.
    ok(asked(RESOLVER) <= 257, `${asked(RESOLVER)} questions to the resolver`);
  });

  it("says so where there is no CNAME before it", async () => {
    await open(hostile(63));
    await rejects(internet.authority.look(fqdn(DEEP), "TXT", internet.ctx), /through more zones/);
    ok(asked(RESOLVER) <= 257);
  });

  it("asks for what is there instead of CNAMEs within the allowance", async () => {
    const crowd = Object.fromEntries(
      Array.from({ length: 26 }, (_, at) => [`ns${at}.${DOMAIN}`, [`127.88.8.${at + 1}`]]),
    );
    internet = await openFakeInternet({ zones: { [DOMAIN]: crowd }, timeouts: PATIENT });
    const names = Array.from({ length: 12 }, (_, at) => fqdn(`token${at}._domainkey.${DOMAIN}`));
    const below = names.map((name) => txt(`x.${name}`, "below"));
    const addresses = Object.values(crowd).flat();
    await Promise.all(addresses.map((at) => internet.serve(at, zone(DOMAIN, Object.keys(crowd), below))));
    const ctx = { ...internet.ctx, domain: fqdn(DOMAIN) };
    const looks = await Promise.allSettled(names.map((name) => internet.authority.look(name, "CNAME", ctx)));
    const kinds = looks.flatMap((one) => (one.status === "fulfilled" ? one.value.servers.map(({ kind }) => kind) : []));
    ok(kinds.every((kind) => kind === "absent" || kind === "unreachable"));
    const all = internet.asked.length;
    ok(all > 256 && all <= 512, `${all} questions`);
  });

  it("asks no crowd of victims at each level", async () => {
    const victims = Array.from({ length: 60 }, (_, index) => `127.88.8.${index + 1}`);
    await open(hostile(0, victims));
    await Promise.all(victims.map((address) => internet.serve(address, () => ({ rcode: "REFUSED" }))));
    await internet.authority.look(NAME, "TXT", internet.ctx);
    const all = victims.reduce((sum, address) => sum + asked(address), 0);
    ok(all <= 512, `${all} questions to the victims`);
  });

  it("has enough for a long chain of sound zones", async () => {
    const zones = Array.from({ length: 9 }, (_, index) => `zone${index}.com`);
    const servers = (index: number) =>
      Object.fromEntries(Array.from({ length: 13 }, (_, at) => [`ns${at}.of${index}.net`, [] as string[]]));
    internet = await openFakeInternet({
      zones: Object.fromEntries(zones.map((name, index) => [name, servers(index)])),
      resolver: (name, type) => ({
        answers: type === "A" ? [a(name, `127.88.3.${Number(/of(\d)/.exec(name)?.[1]) + 1}`)] : [],
      }),
    });
    for (const [index, name] of zones.entries()) {
      const owner = `_amazonses.${name}`;
      const next = zones[index + 1];
      const record = next === undefined ? txt(owner, "token") : cname(owner, `_amazonses.${next}`);
      await internet.serve(`127.88.3.${index + 1}`, zone(name, Object.keys(servers(index)), [record]));
    }
    const verdict = await internet.authority.check(fqdn("_amazonses.zone0.com"), "TXT", ["token"], internet.ctx);
    equal(verdict.state, "published");
    equal(verdict.sighting.servers.length, 13);
  });
});
