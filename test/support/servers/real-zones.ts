import { deepEqual, equal, ok } from "node:assert/strict";
import type { NameServer } from "../../../provider/authority/authority";
import { fqdn } from "../../../provider/core/fqdn";
import { type DnsWorld, openDnsWorld } from "../dns/world";
import { digTxt } from "./dig";
import { freePort, type RealServer, type RealServerOptions, type TsigKey, type ZoneFile, zoneText } from "./nameserver";
import { requireProgram } from "./programs";

export const KEY: TsigKey = {
  name: "test-key",
  algorithm: "hmac-sha256",
  secret: Buffer.from("not a secret, only long enough..").toString("base64"),
};

/** The emulator's root and registries, and below them a real server that holds example.com and a subzone of it. */
export interface RealWorld {
  readonly world: DnsWorld;
  readonly server: RealServer;
  readonly servers: readonly NameServer[];
  close(): Promise<void>;
}

const PATIENCE = { udpMs: 500, lastMs: 1_500, quietMs: 500, hedgeMs: 200, httpsMs: 1_000, lookMs: 8_000 };
const LONG = Array.from({ length: 12 }, (_, index) => `${index}-`.padEnd(300, "x"));
const quoted = (value: string) => (value.match(/.{1,255}/g) ?? []).map((piece) => `"${piece}"`).join(" ");

/** What `expectSameAsDig` asks for, and the zone that holds each. */
const NAMES: readonly (readonly [name: string, zone: string])[] = [
  ["_amazonses.example.com", "example.com"],
  ["strange.example.com", "example.com"],
  ["long.example.com", "example.com"],
  ["none.example.com", "example.com"],
  ["below.example.com", "example.com"],
  ["deep.below.example.com", "example.com"],
  ["anything.wild.example.com", "example.com"],
  ["example.com", "example.com"],
  ["ns1.example.com", "example.com"],
  ["_amazonses.mail.example.com", "mail.example.com"],
  ["none.mail.example.com", "mail.example.com"],
];

async function openRealWorld(
  addresses: readonly string[],
  start: (options: RealServerOptions) => Promise<RealServer>,
): Promise<RealWorld> {
  const servers = addresses.map((address, index) => ({ name: `ns${index + 1}.example.com`, addresses: [address] }));
  const names = servers.map(({ name }) => name);
  const glue = servers.map(({ name, addresses: [at = ""] }) => `${name}. ${at.includes(":") ? "AAAA" : "A"} ${at}`);
  const zones: readonly ZoneFile[] = [
    {
      name: "example.com",
      update: [KEY.name],
      transfer: "anybody",
      text: zoneText("example.com", names, [
        ...glue,
        '_amazonses 120 TXT "token-of-one-region="',
        '_amazonses 120 TXT "token-of-" "another="',
        'strange TXT "a \\"quoted\\" back\\\\slash; and \\195\\188"',
        ...LONG.map((value) => `long TXT ${quoted(value)}`),
        'deep.below TXT "deep"',
        '*.wild TXT "wild"',
        '@ TXT "v=spf1 -all"',
        "alias CNAME _amazonses.mail",
        "outside CNAME nothing.unregistered.net.",
        ...names.map((name) => `mail NS ${name}.`),
      ]),
    },
    { name: "mail.example.com", text: zoneText("mail.example.com", names, ['_amazonses TXT "below"']) },
  ];
  const port = await freePort([...addresses, "127.77.0.53", "127.77.0.1", "127.77.1.1", "127.77.1.2"]);
  const world = await openDnsWorld(PATIENCE, port);
  try {
    world.zones.add({ name: "example.com", servers: [], delegated: servers });
    await world.zones.settled();
    const server = await start({ addresses, port, zones, keys: [KEY] });
    const close = async () => {
      await server.stop();
      await world.close();
    };
    return { world, server, servers, close };
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** Looks at every name of `NAMES`, and holds what each address says against the answer of dig. */
async function expectSameAsDig({ world, server, servers }: RealWorld): Promise<void> {
  for (const [name, zone] of NAMES) {
    const sighting = await world.authority.look(fqdn(name), "TXT", world.ctx);
    equal(sighting.delegation?.zone, zone, name);
    deepEqual(sighting.delegation?.zoneServers, servers.map((one) => one.name).sort());
    equal(sighting.servers.length, servers.length);
    for (const seen of sighting.servers) {
      const witness = await digTxt(name, seen.address, server.port);
      ok(witness.authoritative, name);
      if (seen.kind === "values") deepEqual([...seen.values].sort(), witness.values, name);
      else {
        ok(seen.kind === "absent", `${name}: ${seen.kind}`);
        deepEqual([seen.nxdomain, witness.values], [witness.status === "NXDOMAIN", []], name);
      }
    }
  }
}

/** CNAMEs: into the subzone, and into a domain that does not exist. */
async function expectAliasesFollowed({ world }: RealWorld): Promise<void> {
  const inside = await world.authority.look(fqdn("alias.example.com"), "TXT", world.ctx);
  deepEqual([inside.target, inside.delegation?.zone], ["_amazonses.mail.example.com", "mail.example.com"]);
  for (const one of inside.servers) deepEqual(one.kind === "values" && one.values, ["below"]);
  const outside = await world.authority.look(fqdn("outside.example.com"), "TXT", world.ctx);
  ok(outside.servers.every(({ kind }) => kind === "absent"));
}

/** Reads the zones at servers of one kind for the block's other tests, which get at them by the returned function; says first what dig says. */
export function describeReading(
  program: string,
  addresses: readonly string[],
  start: (options: RealServerOptions) => Promise<RealServer>,
): () => RealWorld {
  let opened: RealWorld | undefined;
  const real = () => {
    ok(opened);
    return opened;
  };
  before(async function () {
    requireProgram(this, program);
    requireProgram(this, "dig");
    opened = await openRealWorld(addresses, start);
  });
  after(() => opened?.close());

  it("says what dig says, at every address", () => expectSameAsDig(real()));

  it("follows CNAMEs", () => expectAliasesFollowed(real()));

  return real;
}
