import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Emulator, openEmulator } from "../../../emulator";
import type { Zone } from "../../../emulator/zones";
import { fqdn } from "../../../provider/core/fqdn";
import { requirePythonEnvironment } from "../../support/servers/python";

const PACKAGES = ["certbot==5.8.0", "certbot-dns-route53==5.8.0", "certbot-dns-cloudflare==5.8.0"];
const DOMAIN = "ses-example.com";

interface Published {
  readonly name: string;
  readonly values: readonly string[];
}

describe("certbot's DNS plugins at the emulator", function () {
  this.timeout(360_000);
  let python: string;
  let emulator: Emulator;
  let zone: Zone;
  let folder: string;

  before(async function () {
    python = await requirePythonEnvironment(this, PACKAGES);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sesdomain-certbot-"));
    emulator = await openEmulator({ rateLimits: false, route53: { insyncMs: 0 } });
    const sets = [{ name: fqdn(`_amazonses.${DOMAIN}`), type: "TXT", ttl: 300, values: ['"token"'] }];
    zone = await emulator.addZone({ name: DOMAIN, sets });
  });
  afterEach(async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });

  const sets = () =>
    emulator.zones
      .view(zone.id)
      .all()
      .filter(({ type }) => type !== "SOA");
  const credentialsOf = async (kind: string): Promise<readonly string[]> => {
    if (kind === "route53") return [];
    const file = join(folder, "cloudflare.ini");
    await writeFile(file, `dns_cloudflare_api_token = ${emulator.env.CLOUDFLARE_API_TOKEN}\n`, { mode: 0o600 });
    return [file];
  };

  for (const kind of ["route53", "cloudflare"])
    it(`${kind}: publishes two values that DNS serves, and leaves the zone as it was`, async () => {
      const before = sets();
      const script = join(__dirname, "challenge.py");
      const child = spawn(
        join(python, "bin", "python"),
        [script, kind, `www.${DOMAIN}`, ...(await credentialsOf(kind))],
        { env: { PATH: process.env.PATH, HOME: folder, ...emulator.env } },
      );
      let complaint = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        complaint += text;
      });
      const closed = once(child, "close");
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const line = async () => {
        const next = await lines.next();
        assert.ok(next.done !== true, complaint);
        return next.value;
      };
      const { name, values } = JSON.parse(await line()) as Published;
      assert.equal(name, `_acme-challenge.www.${DOMAIN}`);
      const { records } = await emulator.resolve(fqdn(name), "TXT");
      const served = records.map((record) => (record.type === "TXT" ? record.strings.join("") : ""));
      assert.deepEqual(served.sort(), [...values].sort());
      child.stdin.end("\n");
      assert.equal(await line(), "removed");
      assert.deepEqual(await closed, [0, null], complaint);
      assert.deepEqual(sets(), before);
    });
});
