import assert from "node:assert/strict";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import type { DnsBackend } from "../../provider/dns/backend";
import type { DnsRecord } from "../../provider/dns/record";
import { blocksOf, readPage } from "../support/docs/markdown";
import { openAt, secretOf } from "../support/rfc2136/host";
import { plainCtx, refusal } from "../support/rfc2136/suite";
import { startBind } from "../support/servers/bind";
import { startKnot } from "../support/servers/knot";
import { type RealServer, type RealServerOptions, type TsigKey, zoneText } from "../support/servers/nameserver";
import { requireProgram } from "../support/servers/programs";

const PAGE = "docs/hosts/rfc2136.md";
const ZONE = fqdn("ses-example.com");
/** As the page has it. */
const KEY: TsigKey = { name: "sesdomain.key", algorithm: "hmac-sha256", secret: secretOf("a key of this test") };
const at = (label: string): Fqdn => fqdn(`${label}.${ZONE}`);

/** What a domain with everything switched on needs. */
const NEEDED: readonly DnsRecord[] = [
  { type: "TXT", name: at("_amazonses"), ttl: 300, text: "TOKEN" },
  ...["a1", "b2", "c3"].map((token): DnsRecord => {
    return { type: "CNAME", name: at(`${token}._domainkey`), ttl: 300, target: fqdn(`${token}.dkim.amazonses.com`) };
  }),
  { type: "MX", name: at("bounce"), ttl: 300, preference: 10, exchange: fqdn("feedback-smtp.eu-west-1.amazonses.com") },
  { type: "TXT", name: at("bounce"), ttl: 300, text: "v=spf1 include:amazonses.com ~all" },
  { type: "TXT", name: at("_dmarc"), ttl: 300, text: "v=DMARC1; p=none" },
];
/** What the key of this package has no business with. */
const BEYOND: readonly DnsRecord[] = [
  { type: "TXT", name: ZONE, ttl: 300, text: "v=spf1 -all" },
  { type: "CNAME", name: at("www"), ttl: 300, target: fqdn("elsewhere.example") },
  { type: "MX", name: ZONE, ttl: 300, preference: 10, exchange: fqdn("mx.elsewhere.example") },
  { type: "TXT", name: at("own._domainkey"), ttl: 300, text: "p=" },
];

interface Case {
  readonly program: string;
  readonly start: (options: RealServerOptions) => Promise<RealServer>;
  /** The page's block for the server, as the tests' servers take it. */
  readonly policy: (blocks: readonly string[]) => string | undefined;
}

const CASES: Readonly<Record<string, Case>> = {
  BIND: {
    program: "named",
    start: startBind,
    policy: (blocks) => /update-policy \{[^}]*\};/.exec(blocks.join("\n"))?.[0],
  },
  Knot: {
    program: "knotd",
    start: startKnot,
    policy: (blocks) => blocks.find((text) => text.includes("\nacl:\n"))?.split("\nacl:\n")[1],
  },
};

for (const [server, { program, start, policy }] of Object.entries(CASES)) {
  describe(`RFC 2136: the least privilege that the page shows for ${server}`, function () {
    this.timeout(60_000);
    let running: RealServer | undefined;
    let backend: DnsBackend;
    const zone = { name: ZONE, id: ZONE, servers: [] };

    before(async function () {
      requireProgram(this, program);
      const text = policy(blocksOf(PAGE, readPage(PAGE)).map((block) => block.text));
      assert.ok(text !== undefined, `${PAGE} shows none`);
      running = await start({
        addresses: ["127.0.0.1"],
        keys: [KEY],
        zones: [{ name: ZONE, policy: text, text: zoneText(ZONE, ["ns1.elsewhere.example"]) }],
      });
      backend = openAt({ port: running.port, key: KEY, zone: ZONE });
    });
    after(() => running?.stop());

    it("lets every record of a domain be added and removed", async () => {
      const { added } = await backend.add(zone, NEEDED, plainCtx());
      assert.equal(added.length, NEEDED.length);
      const { removed } = await backend.remove(zone, NEEDED, plainCtx());
      assert.equal(removed.length, NEEDED.length);
    });

    for (const record of BEYOND) {
      it(`allows no other: ${record.type} at ${record.name}`, async () => {
        const { code } = await refusal(backend.add(zone, [record], plainCtx()));
        assert.equal(code, "permission-missing");
      });
    }
  });
}
