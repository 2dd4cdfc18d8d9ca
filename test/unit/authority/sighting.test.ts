import assert from "node:assert/strict";
import type { ServerSighting, Sighting } from "../../../provider/authority/authority";
import { type Alias, otherAlias } from "../../../provider/authority/sighting";
import { fqdn } from "../../../provider/core/fqdn";

const TARGET = fqdn("elsewhere.example.net");
const ALIAS: Alias = {
  serverAddress: { server: "ns1.example.com", address: "192.0.2.1", port: 53 },
  outcome: { kind: "cname", target: TARGET },
};

describe("a server whose CNAME is another than that of most", () => {
  const values = (server: string, ...held: readonly string[]): ServerSighting => ({
    server,
    address: "192.0.2.9",
    kind: "values",
    values: held,
    ttl: held.length * 100,
  });
  const sightingOf = (...servers: readonly ServerSighting[]): Sighting => ({
    name: TARGET,
    type: "TXT",
    target: TARGET,
    cnames: [],
    via: "authoritative",
    delegation: undefined,
    servers,
  });

  it("has the values that all servers of its target have", () => {
    const sighting = sightingOf(values("ns1.example.net", "a", "b", "c"), values("ns2.example.net", "c", "a"));
    assert.deepEqual(otherAlias(ALIAS, { kind: "read", sighting }), {
      server: "ns1.example.com",
      address: "192.0.2.1",
      kind: "values",
      values: ["a", "c"],
      ttl: 200,
    });
  });

  it("lacks them where one server of its target has none", () => {
    const absent = { server: "ns2.example.net", address: "192.0.2.8", kind: "absent", nxdomain: false } as const;
    const sighting = sightingOf(values("ns1.example.net", "a"), { ...absent, negativeTtl: 60 });
    const { server, kind } = otherAlias(ALIAS, { kind: "read", sighting });
    assert.deepEqual([server, kind], ["ns1.example.com", "absent"]);
  });
});
