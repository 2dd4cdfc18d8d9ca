import { deepEqual, ok } from "node:assert/strict";
import { TIMEOUTS } from "../../../provider/authority/timeouts";
import { fqdn } from "../../../provider/core/fqdn";
import { amazonses, type DnsWorld, openDnsWorld, txt } from "../../support/dns/world";

const DOMAIN = fqdn("patient-example.com");
const NAME = amazonses(DOMAIN);
const SERVERS = [1, 2, 3, 4].map((index) => ({
  name: `ns${index}.patient-example.net`,
  addresses: [`127.77.66.${index}`],
}));
const [NS1 = "", NS2 = ""] = SERVERS.map(({ name }) => name);

describe("authority: a silent server among fast ones", () => {
  let world: DnsWorld;
  beforeEach(async () => {
    world = await openDnsWorld(TIMEOUTS);
    world.zones.add({ name: DOMAIN, servers: SERVERS, sets: [txt(NAME, "value")] });
    await world.zones.settled();
  });
  afterEach(() => world.close());

  async function look() {
    const { servers } = await world.authority.look(NAME, "TXT", world.ctx);
    return servers.map(({ kind }) => kind);
  }

  it("is given up after UDP in both ways, TCP and the zone's SOA, and asked again in the next look", async () => {
    world.faults.dns(NS1, { silent: "both" });
    deepEqual(await look(), ["unreachable", "values", "values", "values"]);
    // UDP with EDNS, twice without, TCP, and the same for the SOA.
    ok((world.requests.counts().dns["127.77.66.1"] ?? 0) >= 6, JSON.stringify(world.requests.counts().dns));
    deepEqual(await look(), ["unreachable", "values", "values", "values"]);
    world.faults.clear();
    deepEqual(await look(), ["values", "values", "values", "values"]);
  });

  it("is waited for where it has said that its answer is longer, though nothing comes over TCP", async () => {
    world.faults.dns(NS1, { truncate: true, silent: "tcp" });
    const { servers } = await world.authority.look(NAME, "TXT", world.ctx);
    ok(servers.some((one) => one.kind === "unreachable" && one.noTcp === true));
  });

  it("is waited for where it only takes 1.3 s, also where it loses every second packet", async () => {
    world.faults.dns(NS1, { latencyMs: 1_300 });
    world.faults.dns(NS2, { latencyMs: 1_300, losesOneOf: 2 });
    deepEqual(await look(), ["values", "values", "values", "values"]);
  });

  it("is told from one that fails at this name alone", async () => {
    world.faults.dns(NS1, { silent: "both", within: NAME });
    const { servers } = await world.authority.look(NAME, "TXT", world.ctx);
    ok(servers.some((one) => one.kind === "unreachable" && one.servesZone === true));
  });

  it("has all its time where the others are as slow", async () => {
    for (const { name } of SERVERS) world.faults.dns(name, { latencyMs: 2_000 });
    deepEqual(await look(), ["values", "values", "values", "values"]);
  });
});
