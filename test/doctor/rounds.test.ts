import assert from "node:assert/strict";
import { txt } from "../../emulator/text";
import { realNowMs } from "../../provider/authority/timeouts";
import { fqdn } from "../../provider/core/fqdn";
import { doctor, T1, useEnvironment } from "../support/doctor/doctor";
import { ACCOUNT, type DomainWorld, openDomainWorld } from "../support/emulator/domain";

const ZONE = fqdn("four-example.com");
const SERVERS = [1, 2, 3, 4].map((server) => ({
  name: `ns${server}.four-example.net`,
  addresses: [`127.77.61.${server}`, `127.77.62.${server}`],
}));
/** An answer comes this long after its question: what depends on it cannot have been asked sooner. */
const LATENCY_MS = 300;

describe("the doctor's round trips", function () {
  this.slow(5_000);
  let world: DomainWorld;
  before(async () => {
    world = await openDomainWorld({ rateLimits: false });
    const sets = [
      { name: fqdn(`_amazonses.${ZONE}`), type: "TXT", ttl: 300, values: [txt(T1)] },
      { name: fqdn(`_dmarc.${ZONE}`), type: "TXT", ttl: 300, values: [txt("v=DMARC1; p=reject")] },
    ];
    await world.emulator.addZone({ name: ZONE, account: ACCOUNT, servers: SERVERS, sets });
    world.emulator.cloud.ses.inject([{ accountId: ACCOUNT, region: "us-east-1", name: ZONE, token: T1 }]);
  });
  after(() => world.close());
  useEnvironment(() => world.emulator.env);

  it("are at most two to the servers of a healthy domain, four of them at two addresses each", async () => {
    const { requests, faults } = world.emulator;
    const addresses = new Set(SERVERS.flatMap((server) => server.addresses));
    const arrivals: { readonly atMs: number; readonly address: string }[] = [];
    const count = requests.countQuery;
    requests.countQuery = (address) => {
      arrivals.push({ atMs: realNowMs(), address });
      count(address);
    };
    for (const { name } of SERVERS) faults.dns(name, { latencyMs: LATENCY_MS });
    const told = await doctor(world, ZONE);
    requests.countQuery = count;
    assert.equal(told.code, 0, told.out);
    assert.match(told.out, /published on 4 of 4 name servers/);

    const own = arrivals.filter(({ address }) => addresses.has(address));
    assert.deepEqual(new Set(own.map(({ address }) => address)), addresses);
    const depths: number[] = [];
    for (const [index, { atMs }] of own.entries()) {
      const answered = own
        .slice(0, index)
        .map((one, before) => (one.atMs + LATENCY_MS <= atMs ? (depths[before] ?? 0) : 0));
      depths.push(1 + Math.max(0, ...answered));
    }
    assert.ok(Math.max(...depths) <= 2, `${Math.max(...depths)} rounds`);
  });
});
