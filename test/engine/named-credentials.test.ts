import assert from "node:assert/strict";
import { idOf } from "../../emulator/http/cloudflare/zones";
import { child, type Fqdn, fqdn } from "../../provider/core/fqdn";
import type { VerifiedDomainArgs } from "../../provider/resources/args";
import { DNS_ACCOUNT } from "../support/engine/hosts";
import type { Config } from "../support/engine/stack";
import { ACCOUNT, declare, type EngineWorld, openEngineWorld, succeeded } from "../support/engine/world";
import { dig, KEY, KEY_384 } from "../support/rfc2136/host";
import { startBind } from "../support/servers/bind";
import { type RealServer, zoneText } from "../support/servers/nameserver";
import { requireProgram } from "../support/servers/programs";

const EU = fqdn("eu-example.com");
const US = fqdn("us-example.com");
const HERE = "127.0.0.1";

/** Each set of credentials reaches one of two zones, and the stack's plain credentials reach none. */
describe("two sets of credentials with names in one stack, on the engine", function () {
  this.timeout(120_000);
  let world: EngineWorld;
  beforeEach(async () => {
    world = await openEngineWorld({ accounts: [{ id: ACCOUNT }, { id: DNS_ACCOUNT }] });
  });
  afterEach(() => world?.close());

  /** From nothing to both verified, and back: every value at its own zone alone. */
  async function live(
    dns: (credentials: string) => VerifiedDomainArgs["dns"],
    sets: Readonly<Record<string, unknown>>,
    valuesAt: (domain: Fqdn) => Promise<readonly string[]>,
    whenUp?: () => Promise<void>,
  ): Promise<void> {
    const config: Config = { "sesdomain:credentials": { secret: JSON.stringify(sets) } };
    const program = async () => {
      declare("eu", { domain: EU, dns: dns("eu"), regions: ["eu-west-1"] });
      declare("us", { domain: US, dns: dns("us"), regions: ["us-east-1"] });
    };
    const stack = await world.open({ program, config });
    succeeded(await stack.up());
    assert.deepEqual(world.statuses(), { "eu-west-1": "Success", "us-east-1": "Success" });
    const identities = world.emulator.cloud.ses.identities();
    for (const [domain, region] of [
      [EU, "eu-west-1"],
      [US, "us-east-1"],
    ] as const) {
      const token = identities.find((one) => one.region === region)?.token;
      assert.deepEqual(await valuesAt(domain), [token], domain);
    }
    await whenUp?.();
    succeeded(await stack.destroy());
    assert.deepEqual([await valuesAt(EU), await valuesAt(US)], [[], []]);
  }

  it("two Cloudflare accounts; each record names the stack", async () => {
    const { emulator } = world;
    const { tokens } = emulator.cloudflare;
    const zones = [
      { zone: await emulator.addZone({ name: EU, account: ACCOUNT }), token: "not-a-token-of-eu" },
      { zone: await emulator.addZone({ name: US, account: DNS_ACCOUNT }), token: "not-a-token-of-us" },
    ];
    for (const { zone, token } of zones) tokens.add({ token, account: zone.account });
    const records = async (domain: Fqdn) => {
      const found = zones.find(({ zone }) => zone.name === domain);
      assert.ok(found);
      const reply = await fetch(`${emulator.env.CLOUDFLARE_BASE_URL}/zones/${idOf(found.zone)}/dns_records?type=TXT`, {
        headers: { authorization: `Bearer ${found.token}` },
      });
      const { result } = (await reply.json()) as { result: { content: string; comment: string }[] };
      return result;
    };
    await live(
      (credentials) => ({ kind: "cloudflare", credentials }),
      { eu: { apiToken: "not-a-token-of-eu" }, us: { apiToken: "not-a-token-of-us" } },
      async (domain) => (await records(domain)).map(({ content }) => content.replaceAll('"', "")),
      async () => {
        const comments = [...(await records(EU)), ...(await records(US))].map(({ comment }) => comment);
        assert.deepEqual(comments, Array(2).fill("pulumi-sesdomain sesdomain-test/test"));
      },
    );
  });

  describe("at one name server", () => {
    let server: RealServer | undefined;
    before(function () {
      for (const program of ["named", "dig"]) requireProgram(this, program);
    });
    afterEach(() => server?.stop());

    it("two TSIG keys, each of one zone", async () => {
      const { port } = world.emulator.dns;
      const owners = [
        { name: EU, key: KEY },
        { name: US, key: KEY_384 },
      ];
      for (const { name } of owners) {
        const delegated = [{ name: `ns1.${name}`, addresses: [HERE] }];
        await world.emulator.addZone({ name, servers: [], delegated });
      }
      server = await startBind({
        addresses: [HERE],
        port,
        keys: owners.map(({ key }) => key),
        zones: owners.map(({ name, key }) => ({
          name,
          update: [key.name],
          text: zoneText(name, [`ns1.${name}`], [`ns1 A ${HERE}`]),
        })),
      });
      const set = ({ name, algorithm, secret }: typeof KEY) => ({
        tsigKey: name,
        tsigAlgorithm: algorithm,
        tsigSecret: secret,
      });
      await live(
        (credentials) => ({ kind: "rfc2136", server: `${HERE}:${port}`, credentials }),
        { eu: set(KEY), us: set(KEY_384) },
        async (domain) => (await dig(port, child("_amazonses", domain))).values,
      );
    });
  });
});
