import assert from "node:assert/strict";
import { WIRE_UNKNOWN as UNKNOWN } from "../../provider/pulumi/inputs";
import { isPlugin, typeOf } from "../support/engine/door";
import {
  type Checked,
  openProviderProcess,
  type Props,
  type ProviderProcess,
} from "../support/engine/provider-process";
import type { EngineRun } from "../support/engine/stack";
import {
  changing,
  DOMAIN,
  declare,
  type EngineWorld,
  Holder,
  openEngineWorld,
  succeeded,
} from "../support/engine/world";

const ELSEWHERE = "Z0000000000000000OTHER";
const GOOD = { domain: DOMAIN, identities: [{ region: "us-east-1" }], dns: { kind: "route53" } };
const URN = `urn:pulumi:test::demo::${typeOf("VerifiedDomain")}::mail`;
const long = `${"a".repeat(64)}.com`;
const deep = `${Array.from({ length: 50 }, () => "label").join(".")}.com`;

/** What is wrong, the argument, the property that is named, and the words: the fault, then the way out where there is one. */
const BAD: readonly (readonly [string, Props, string, RegExp])[] = [
  ["an empty domain", { domain: "" }, "domain", /empty/],
  ["a label of 64 octets", { domain: long }, "domain", /63/],
  ["a domain of 300 octets", { domain: deep }, "domain", /25[345]/],
  ["a malformed domain", { domain: "ses example.com" }, "domain", /blank|space|character|label/i],
  ["an IP address", { domain: "192.0.2.1" }, "domain", /address/],
  ["an IPv6 address", { domain: "2001:db8::1" }, "domain", /address/],
  [
    "an e-mail address",
    { domain: "post@ses-example.com" },
    "domain",
    /"?ses-example\.com|VerifiedEmailAddress|address/,
  ],
  ["a wildcard", { domain: "*.ses-example.com" }, "domain", /wildcard/],
  ["a public suffix", { domain: "co.uk" }, "domain", /^domain-public-suffix: /],
  ["a web-mail domain", { domain: "gmail.com" }, "domain", /address/],
  ["a region that is none", { identities: [{ region: "us-east" }] }, "identities[0].region", /us-east/],
  ["a region without SES", { identities: [{ region: "us-moon-1" }] }, "identities[0].region", /us-moon-1.*spelling/],
  [
    "the same identity twice",
    { identities: [{ region: "us-east-1" }, { region: "us-east-1" }] },
    "identities[1]",
    /same identity as identities\[0\].*remove one/,
  ],
  [
    "two identities of one region without names",
    { identities: [{ region: "us-east-1" }, { region: "us-east-1", profile: "other" }] },
    "identities[1].name",
    /needed: identities\[0\] is in us-east-1 too/,
  ],
  [
    "one name twice",
    {
      identities: [
        { region: "us-east-1", name: "mail" },
        { region: "eu-west-1", name: "mail" },
      ],
    },
    "identities[1].name",
    /mail/,
  ],
  ["a kind of DNS host that is none", { dns: { kind: "route35" } }, "dns.kind", /route53/],
  [
    "a zone that is not at the host",
    { domain: "elsewhere-example.com" },
    "dns",
    /no public zone .* holds .*Create the zone/i,
  ],
  [
    "the id of another zone",
    { dns: { kind: "route53", zoneId: ELSEWHERE } },
    "dns",
    /does not hold .*[Cc]orrect zoneId/,
  ],
  [
    "the id of no zone",
    { dns: { kind: "route53", zoneId: "Z00000000000000000NONE" } },
    "dns",
    /no such zone.*Check zoneId/,
  ],
  ["a TTL below 0", { ttl: -1 }, "ttl", /from 0 to 2147483647/],
  ["a TTL beyond 31 bits", { ttl: 2 ** 31 }, "ttl", /from 0 to 2147483647/],
  ["a timeout that does not parse", { timeout: "soon" }, "timeout", /45m/],
  [
    "split with three identities",
    { placement: "split", identities: ["us-east-1", "eu-west-1", "us-west-2"].map((region) => ({ region })) },
    "placement",
    /room for two.*"auto"/,
  ],
];

/** What is said of one argument. The engine prints the value of a property that is named, secret or not: none is. */
function reasonOf(failure: Checked["failures"][number] | undefined, path: string): string {
  assert.equal(failure?.property, "");
  const start = `${path}: `;
  assert.ok(failure.reason.startsWith(start), failure.reason);
  return failure.reason.slice(start.length);
}

describe("bad input", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld();
    await world.emulator.addZone({ name: "other-example.com", id: ELSEWHERE });
  });
  after(() => world.close());
  afterEach("nothing was touched", () => {
    assert.deepEqual(changing(world.requests()), []);
    assert.deepEqual(world.statuses(), {});
  });

  /*
   * The engine ends a preview at the first resource that is refused, so each would cost a run of it. What a preview
   * asks is the provider's check, in the process that the engine starts: all of them there, some of each sort below.
   */
  describe("as the provider process answers a preview", () => {
    let provider: ProviderProcess;
    before(async () => {
      // Builds what the process loads.
      await world.open({ program: async () => undefined });
      provider = await openProviderProcess(world.emulator.env);
    });
    after(() => provider.close());

    for (const [what, args, property, words] of BAD) {
      it(`refuses ${what}`, async () => {
        const { failures } = await provider.check(URN, { ...GOOD, ...args });
        assert.equal(failures.length, 1, JSON.stringify(failures));
        assert.match(reasonOf(failures[0], property), words);
      });
    }

    for (const domain of ["Ses-Example.COM.", "ses-example.com.", "SES-EXAMPLE.COM"]) {
      it(`accepts ${domain}, and stores it as SES has it`, async () => {
        const { inputs, failures } = await provider.check(URN, { ...GOOD, domain });
        assert.deepEqual(failures, []);
        assert.equal(inputs.domain, DOMAIN);
      });
    }

    for (const [what, args] of [
      ["domain", { domain: UNKNOWN }],
      ["region", { identities: [{ region: UNKNOWN }] }],
      ["identities", { identities: UNKNOWN }],
      ["zoneId", { dns: { kind: "route53", zoneId: UNKNOWN } }],
      ["roleArn", { identities: [{ region: "us-east-1", roleArn: UNKNOWN }] }],
    ] as const) {
      it(`plans with ${what} unknown`, async () => {
        assert.deepEqual((await provider.check(URN, { ...GOOD, ...args })).failures, []);
      });
    }

    it("refuses a second resource that declares the same identity, and names the first", async () => {
      assert.deepEqual((await provider.check(URN, GOOD)).failures, []);
      const { failures } = await provider.check(`${URN}-too`, GOOD);
      assert.match(reasonOf(failures[0], "identities[0]"), /declared by urn:.*::mail too: .*Declare it once/);
    });

    it("refuses to go on without credentials, and says where they can come from", async () => {
      const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...bare } = world.emulator.env;
      const without = await openProviderProcess({ ...bare, AWS_EC2_METADATA_DISABLED: "true" });
      try {
        const { failures } = await without.check(URN, GOOD);
        const reason = reasonOf(failures[0], "identities[0]");
        assert.match(reason, /[Cc]redentials/);
        assert.match(reason, /AWS_ACCESS_KEY_ID|aws:profile|profile/);
      } finally {
        await without.close();
      }
    });
  });

  it("refuses a watch that is misspelt in the stack's config", async () => {
    const program = async () => void declare("mail", { regions: ["us-east-1"] });
    const stack = await world.open({ program, config: { "sesdomain:previewCheck": "stict" } });
    const refused = await stack.preview();
    assert.equal(refused.failed, true);
    // The plugin checks it before it is configured, where it is not told what is a secret: no value is quoted.
    const said = isPlugin
      ? /previewCheck: .*"strict"/
      : /sesdomain:previewCheck is "stict"\. It must be "live", "strict" or "off"/;
    assert.match(refused.stdout, said);
  });

  describe("as a user sees it on preview", () => {
    async function preview(program: () => Promise<void>): Promise<EngineRun> {
      return (await world.open({ program })).preview();
    }
    const failsWith = (run: EngineRun, words: RegExp) => {
      assert.equal(run.failed, true, run.stdout);
      assert.match(run.stdout, words);
    };

    it("a web-mail domain", async () => {
      const run = await preview(async () => void declare("mail", { domain: "gmail.com" }));
      failsWith(run, /resource 'mail' has a problem: domain: domain-web-mail: .*address/);
    });

    it("a zone that is not at the host", async () => {
      const run = await preview(async () => void declare("mail", { domain: "elsewhere-example.com" }));
      failsWith(run, /has a problem: dns: .*No public zone of this account holds/);
    });

    it("two resources of one identity", async () => {
      const run = await preview(async () => {
        declare("one");
        declare("two");
      });
      failsWith(run, /has a problem: identities\[0\]: .*declared by urn:pulumi:test::.* too/);
    });

    it("and plans what is unknown until other resources exist", async () => {
      const run = await preview(async () => {
        const holder = new Holder("zone", { arns: [], value: world.zoneId });
        declare("mail", { dns: { kind: "route53", zoneId: holder.made } });
        declare("later", { domain: holder.made, regions: ["us-east-1"] });
      });
      succeeded(run);
      assert.deepEqual(run.changes, { create: 4 });
    });
  });
});
