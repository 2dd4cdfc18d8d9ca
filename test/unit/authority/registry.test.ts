import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { type FakeInternet, openFakeInternet, referral, type Say, soa, txt, zone } from "./fake-internet";

const NAME = fqdn("_amazonses.example.com");
const REGISTRY = { "a.nic.com": ["127.88.9.1"], "b.nic.com": ["127.88.9.2"] };

describe("authority: a registry's servers", () => {
  let internet: FakeInternet;
  let zones: Record<string, Record<string, readonly string[]>>;
  beforeEach(async () => {
    zones = { com: REGISTRY };
    internet = await openFakeInternet({ zones });
    await internet.serve("127.88.9.9", zone("example.com", ["ns.example.com"], [txt(NAME, "token")]));
  });
  afterEach(() => internet.close());

  const delegates: Say = () => referral("example.com", { "ns.example.com": ["127.88.9.9"] });
  const denies: Say = () => ({ rcode: "NXDOMAIN", authorities: [soa("com")] });
  const look = () => internet.authority.look(NAME, "TXT", internet.ctx);

  it("are not believed one alone that a domain does not exist", async () => {
    await internet.serve("127.88.9.1", denies);
    await internet.serve("127.88.9.2", delegates);
    for (let round = 0; round < 8; round++) {
      deepEqual(
        (await look()).servers.map(({ kind }) => kind),
        ["values"],
      );
      await internet.clock.advance(3_601_000);
    }
    ok(internet.asked.some(({ address }) => address === "127.88.9.1"));
  });

  it("are believed where two say so, or only one says anything", async () => {
    await internet.serve("127.88.9.1", denies);
    const second: { says: Say } = { says: denies };
    await internet.serve("127.88.9.2", (...question) => second.says(...question));
    for (const says of [denies, () => ({ rcode: "REFUSED" })]) {
      second.says = says;
      await rejects(look(), /example\.com is not delegated: the zone com says .* from [ab]\.nic\.com/);
    }
  });

  it("are forgotten where none answers, and found anew from above", async () => {
    const refuses: Say = () => ({ rcode: "REFUSED" });
    await internet.serve("127.88.9.1", refuses);
    await internet.serve("127.88.9.2", refuses);
    await internet.serve("127.88.9.3", delegates);
    await rejects(look(), /No name server of com answered with authority/);
    zones.com = { "c.nic.com": ["127.88.9.3"] };
    equal((await look()).servers.length, 1);
  });
});
