import assert from "node:assert/strict";
import type { Exchange } from "../../../emulator/dns/exchange";
import { openResolver } from "../../../emulator/dns/resolver";
import { fqdn, isWithin } from "../../../provider/core/fqdn";
import type { Message, ResourceRecord } from "../../../provider/wire/message";

/** Zones by their names: each with its servers, and the addresses that its parent gives for them. */
type Delegations = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;

/** One parent, at 192.0.2.1, that delegates all zones; each server of a zone has every address record of its zone. */
function exchangeOver(zones: Delegations, questions: string[]): Exchange {
  const empty = { rcode: "NOERROR", authoritative: false, answers: [], authorities: [], additionals: [] };
  const a = (name: string, address: string) => ({ name, type: "A", ttl: 300, address }) as ResourceRecord;
  return async (address, name, type) => {
    questions.push(`${address} ${name} ${type}`);
    const zone = Object.keys(zones).find((one) => isWithin(fqdn(name), fqdn(one)));
    const servers = Object.entries((zone === undefined ? undefined : zones[zone]) ?? {});
    if (address === "192.0.2.1") {
      const authorities = servers.map(([target]) => ({ name: zone, type: "NS", ttl: 300, target }));
      const additionals = servers.flatMap(([server, glue]) => (glue === undefined ? [] : [a(server, glue)]));
      return { ...empty, authorities, additionals } as unknown as Message;
    }
    const own = Object.values(zones).flatMap((all) => Object.entries(all));
    const answers = own.flatMap(([server, glue]) =>
      server === name && glue !== undefined && type === "A" ? [a(server, glue)] : [],
    );
    return { ...empty, authoritative: true, answers } as unknown as Message;
  };
}

function resolverOver(zones: Delegations) {
  const questions: string[] = [];
  const resolver = openResolver({
    exchange: exchangeOver(zones, questions),
    rootAddresses: ["192.0.2.1"],
    now: () => 0,
    // The order stays that of the delegation.
    random: () => 0,
    cache: false,
  });
  return { resolver, questions };
}

describe("name servers whose names lead in a circle", () => {
  it("end as a failure after a few questions, not after one for each path through the circle", async () => {
    const { resolver, questions } = resolverOver({
      "example.com": { "ns1.example.net": undefined, "ns2.example.net": undefined },
      "example.net": { "ns1.example.com": undefined, "ns2.example.com": undefined },
    });
    assert.equal((await resolver.resolve(fqdn("example.com"), "TXT")).rcode, "SERVFAIL");
    assert.ok(questions.length <= 32, `${questions.length} questions`);
  });

  it("do no harm where one server of the circle has an address", async () => {
    const { resolver } = resolverOver({
      "example.com": { "ns1.example.net": undefined },
      "example.net": { "ns1.example.com": undefined, "ns2.example.net": "192.0.2.2" },
    });
    assert.equal((await resolver.resolve(fqdn("ns2.example.net"), "A")).rcode, "NOERROR");
    assert.equal((await resolver.resolve(fqdn("example.net"), "TXT")).rcode, "NOERROR");
  });
});
