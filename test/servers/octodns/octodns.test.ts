import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, openEmulator } from "../../../emulator";
import type { Zone } from "../../../emulator/zones";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { requirePythonEnvironment, run } from "../../support/servers/python";

const PACKAGES = ["octodns==1.22.0", "octodns-route53==1.3.1", "octodns-cloudflare==1.2.0"];
const DOMAIN = "ses-example.com";
const ZONES = join(__dirname, "zones");

interface Provider {
  readonly service: string;
  readonly class: string;
  /** Its settings, as `octodns-sync` reads them. */
  readonly settings: (emulator: Emulator) => Readonly<Record<string, string>>;
  /** Records in addition, of types that the other host has not. */
  readonly more: string;
  /** The actions that change something. */
  readonly writes: RegExp;
}

const PROVIDERS: readonly Provider[] = [
  {
    service: "route53",
    class: "octodns_route53.Route53Provider",
    settings: ({ cloud }) => {
      const { accessKeyId, secretAccessKey } = cloud.credentials();
      return { access_key_id: accessKeyId, secret_access_key: secretAccessKey };
    },
    more: `
caa:
  type: CAA
  ttl: 300
  value: { flags: 0, tag: issue, value: ca.example.net }
naptr:
  type: NAPTR
  ttl: 300
  value: { order: 1, preference: 2, flags: S, service: SIP+D2U, regexp: "", replacement: _sip._udp.example.net. }
ptr:
  type: PTR
  ttl: 300
  value: host.example.net.
signed:
  - type: NS
    ttl: 300
    value: ns1.example.net.
  - type: DS
    ttl: 300
    value: { key_tag: 60485, algorithm: 5, digest_type: 1, digest: 2BB183AF5F22588179A53B0A98631FAD1A292118 }
_sip._tcp:
  type: SRV
  ttl: 300
  value: { priority: 1, weight: 2, port: 5060, target: sip.example.net. }
`,
    writes: /^(Create|Delete|Change|Update)/,
  },
  {
    service: "cloudflare",
    class: "octodns_cloudflare.CloudflareProvider",
    settings: ({ env }) => ({ token: env.CLOUDFLARE_API_TOKEN ?? "", api_url: env.CLOUDFLARE_BASE_URL ?? "" }),
    more: "",
    writes: /^(Create|Delete|Edit|Update)/,
  },
];

describe("octodns at the emulator", function () {
  this.timeout(360_000);
  let python: string;
  let emulator: Emulator;
  let zone: Zone;
  let folder: string;

  before(async function () {
    python = await requirePythonEnvironment(this, PACKAGES);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sesdomain-octodns-"));
    emulator = await openEmulator({ rateLimits: false, route53: { insyncMs: 0 } });
    zone = await emulator.addZone({ name: DOMAIN });
  });
  afterEach(async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });

  const prepare = async (provider: Provider) => {
    const records = await readFile(join(ZONES, `${DOMAIN}.yaml`), "utf8");
    await writeFile(join(folder, `${DOMAIN}.yaml`), records + provider.more);
    const config = {
      providers: {
        records: { class: "octodns.provider.yaml.YamlProvider", directory: folder, enforce_order: false },
        host: { class: provider.class, ...provider.settings(emulator) },
      },
      zones: { [`${DOMAIN}.`]: { sources: ["records"], targets: ["host"] } },
    };
    // JSON is YAML.
    await writeFile(join(folder, "config.yaml"), JSON.stringify(config));
  };
  const sync = async () => {
    emulator.requests.reset();
    await run(
      join(python, "bin", "octodns-sync"),
      ["--config-file", join(folder, "config.yaml"), "--doit", "--force"],
      { env: { PATH: process.env.PATH, ...emulator.env }, timeout: 120_000 },
    );
    return emulator.requests.log().map(({ action }) => action);
  };
  const values = (name: Fqdn, type: string) =>
    emulator.zones
      .view(zone.id)
      .find({ name, type })
      ?.values.map((value) => value.replace(/\.$/, ""));

  for (const provider of PROVIDERS)
    it(`writes a zone through ${provider.service}, and then has nothing to do`, async () => {
      await prepare(provider);
      assert.ok((await sync()).some((action) => provider.writes.test(action)));
      assert.deepEqual(values(fqdn(`k1._domainkey.${DOMAIN}`), "CNAME"), ["k1.dkim.amazonses.com"]);
      assert.deepEqual(values(fqdn(`bounce.${DOMAIN}`), "MX"), ["10 feedback-smtp.us-east-1.amazonses.com"]);
      assert.deepEqual(values(fqdn(`nothing.${DOMAIN}`), "MX"), ["0 "]);
      const { records } = await emulator.resolve(fqdn(`_dmarc.${DOMAIN}`), "TXT");
      assert.deepEqual(
        records.map((record) => record.type === "TXT" && record.strings),
        [[`v=DMARC1; p=none; rua=mailto:dmarc@${DOMAIN}`]],
      );
      const before = emulator.zones.view(zone.id).all();
      const again = await sync();
      assert.ok(again.length > 0);
      assert.deepEqual(
        again.filter((action) => provider.writes.test(action)),
        [],
      );
      assert.deepEqual(emulator.zones.view(zone.id).all(), before);
    });
});
