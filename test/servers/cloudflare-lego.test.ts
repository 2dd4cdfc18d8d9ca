import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { DEFAULT_TOKEN } from "../../emulator/http/cloudflare/cloudflare";
import { fqdn } from "../../provider/core/fqdn";
import { textsOf } from "../support/backend/records";
import { type CloudflareCloud, openCloudflareCloud } from "../support/cloudflare/cloud";
import { askUdp } from "../support/dns/client";
import { requireProgram } from "../support/servers/programs";

/** A client that is not ours, lego's Cloudflare provider, against the emulator's Cloudflare. */
describe("lego at the emulated Cloudflare", function () {
  // The first build compiles lego.
  this.timeout(600_000);
  let folder: string | undefined;
  let program: string;
  let cloud: CloudflareCloud;
  const name = fqdn("_acme-challenge.www.ses-example.com");

  before(async function () {
    const go = requireProgram(this, "go");
    folder = await mkdtemp(join(tmpdir(), "sesdomain-lego-"));
    program = join(folder, "lego");
    await promisify(execFile)(go, ["build", "-o", program, "."], { cwd: join(__dirname, "lego") });
  });
  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    cloud = await openCloudflareCloud();
  });
  afterEach(() => cloud.close());

  function start(token: string) {
    const child = spawn(program, [cloud.ground.dns.resolver, "www.ses-example.com", "key.authorization"], {
      env: { CLOUDFLARE_BASE_URL: cloud.baseUrl, CLOUDFLARE_DNS_API_TOKEN: token },
    });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    const closed = once(child, "close").then(([code]) => ({ code: code as number, complaint }));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async () => {
      const next = await lines.next();
      assert.ok(next.done !== true, complaint);
      return next.value;
    };
    return { child, closed, line };
  }

  it("publishes a record that DNS serves at once, beside ours, and takes only its own away", async () => {
    const zone = cloud.ground.zones.add({ name: "ses-example.com" });
    await cloud.ground.zones.settled();
    const backend = cloud.backend();
    const found = await backend.findZone(name, cloud.ctx());
    await backend.add(found, [{ type: "TXT" as const, name, text: "ours", ttl: 120 }], cloud.ctx());

    const { child, closed, line } = start(DEFAULT_TOKEN);
    const [published, value = ""] = (await line()).split(" ");
    assert.equal(published, `${name}.`);
    const listed = await backend.list(found, { name, type: "TXT" }, cloud.ctx());
    assert.deepEqual(textsOf(listed).sort(), ["ours", value].sort());
    const [server] = zone.servers;
    const address = server?.addresses[0] ?? "";
    const answer = await askUdp({ address, port: cloud.ground.dns.port, name });
    const served = answer?.answers.flatMap((record) => (record.type === "TXT" ? [record.strings.join("")] : []));
    assert.deepEqual(served?.sort(), ["ours", value].sort());

    child.stdin.end("\n");
    assert.equal(await line(), "removed");
    assert.equal((await closed).code, 0);
    assert.deepEqual(textsOf(await backend.list(found, { name, type: "TXT" }, cloud.ctx())), ["ours"]);
  });

  it("reads a refusal for what it is", async () => {
    cloud.ground.zones.add({ name: "ses-example.com" });
    await cloud.ground.zones.settled();
    const { code, complaint } = await start("not-a-known-token").closed;
    assert.equal(code, 1);
    assert.match(complaint, /9109: Invalid access token/);
  });

  it("is told that an identical record exists", async () => {
    const zone = cloud.ground.zones.add({ name: "ses-example.com" });
    await cloud.ground.zones.settled();
    const first = start(DEFAULT_TOKEN);
    const [, value = ""] = (await first.line()).split(" ");
    const second = await start(DEFAULT_TOKEN).closed;
    assert.equal(second.code, 1);
    assert.match(second.complaint, /81058: An identical record already exists/);
    assert.deepEqual(cloud.ground.zones.view(zone.id).find({ name, type: "TXT" })?.values, [`"${value}"`]);
    first.child.stdin.end("\n");
    assert.equal((await first.closed).code, 0);
  });
});
