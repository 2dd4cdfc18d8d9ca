import assert from "node:assert/strict";
import { secret } from "@pulumi/pulumi";
import { DomainIdentity, DomainVerification, VerifiedEmailAddress } from "../support/engine/resources";
import { declare, type EngineWorld, openEngineWorld } from "../support/engine/world";

/** Every secret below holds one of these. Within a longer number or a hash, such as the time of a state, it is chance. */
const HUSH = /hush|(?<![\da-f])4711(?![\da-f])/i;

/** A secret of a type that no argument takes. */
const hush = (value: unknown) => secret(value) as never;

/** What is passed, and the paths that are named. */
const CASES: readonly (readonly [string, () => unknown, readonly string[]])[] = [
  [
    "a text that does not fit, in each argument",
    () =>
      declare("mail", {
        domain: hush(" Hush 4711.example.com "),
        identities: [
          {
            name: hush("hush 4711"),
            region: hush("Hush-4711"),
            roleArn: hush("arn:aws:iam::hush-4711"),
            externalId: hush("hush-4711"),
            accountId: hush("hush-4711"),
            credentials: hush("hush 4711"),
          },
          { region: "us-east-1", externalId: hush("hush-4711") },
        ],
        dns: [
          { kind: hush("hush4711") },
          { kind: "route53", zoneId: hush("hush.4711") },
          { kind: "cloudflare", zoneId: hush("hush.4711") },
          {
            kind: "rfc2136",
            server: hush("https://hush:4711@hush"),
            zone: hush("hush 4711"),
            transport: hush("hush4711"),
          },
          { kind: "powerdns", url: hush("ftp://ns1.example.net/hush4711"), serverId: hush({ hush: 4711 }) },
          { kind: "manual", underscores: hush("hush4711"), multipleValues: hush(4711) },
        ],
        placement: hush("hush4711"),
        ttl: hush(-4711),
        wait: hush("hush4711"),
        timeout: hush("hush4711"),
        adopt: hush("hush4711"),
        restart: hush("hush4711"),
        dnsCheck: { mode: hush("hush4711"), resolvers: [hush("hush-4711:53"), "hush-less"], port: hush(4711.5) },
        previewCheck: hush("hush4711"),
      }),
    ["domain", "identities[0].roleArn", "identities[1].externalId", "dns[3].server", "ttl", "dnsCheck.resolvers[0]"],
  ],
  [
    "a value of another type, in each argument",
    () =>
      declare("mail", {
        domain: hush({ hush4711: "hush4711" }),
        identities: hush("hush4711"),
        dns: hush(["hush4711", { kind: "hush4711" }, { kind: "route53", hush4711: "hush4711" }, 4711]),
        placement: hush(["hush4711"]),
        ttl: hush("4711"),
        wait: hush({ hush4711: true }),
        timeout: hush(4711),
        adopt: hush(4711),
        dnsCheck: hush({ hush4711: "hush4711", resolvers: ["hush4711"], port: "4711" }),
        previewCheck: hush(["hush4711"]),
      }),
    ["domain", "identities", "dns", "ttl", "timeout", "dnsCheck"],
  ],
  [
    "objects that are secret as a whole",
    () =>
      declare("mail", {
        identities: hush([{ region: "hush-4711", hush4711: "hush4711" }, { accountId: 4711 }]),
        dns: hush({ kind: "powerdns", url: "http://hush:4711@ns1.example.net:8081" }),
      }),
    ["identities", "dns"],
  ],
  [
    "a URL with a user in it that is no secret",
    () => declare("mail", { dns: { kind: "powerdns", url: "http://hush:4711@ns1.example.net:8081" } }),
    ["dns.url"],
  ],
  [
    "a resolver's URL with a user in it that is no secret",
    () => declare("mail", { dnsCheck: { mode: "doh", resolvers: ["https://hush:4711@resolver.example/dns-query"] } }),
    ["dnsCheck.resolvers[0]"],
  ],
  ["an identity's domain", () => new DomainIdentity("mail", { domain: hush("hush 4711") }), ["domain"]],
  [
    "an address",
    () =>
      new VerifiedEmailAddress("mail", {
        address: hush("hush 4711@"),
        identities: [{ region: "us-east-1", profile: hush(4711) }],
        timeout: hush("hush4711"),
      }),
    ["address", "identities[0].profile", "timeout"],
  ],
  [
    "the domain that is waited for",
    () =>
      new DomainVerification("mail", {
        of: {
          domain: hush("hush 4711"),
          identities: [{ region: hush("hush-4711") }],
          verifications: [],
          records: [],
        },
        timeout: hush("hush4711"),
      }),
    ["of[0].domain", "of[0].identities[0].region", "timeout"],
  ],
];

describe("a secret among bad input", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld();
  });
  after(() => world.close());

  for (const [what, make, paths] of CASES) {
    it(`is not told: ${what}`, async () => {
      const stack = await world.open({ program: async () => void make() });
      const run = await stack.preview();
      assert.equal(run.failed, true);
      // The program's own file names and similar texts hold no such text.
      const told = `${run.stdout}\n${run.stderr}`;
      assert.doesNotMatch(told.replaceAll("hush-less", ""), HUSH);
      assert.doesNotMatch(JSON.stringify(run.diagnostics).replaceAll("hush-less", ""), HUSH);
      assert.doesNotMatch(JSON.stringify(await stack.exportState()), HUSH);
      for (const path of paths) assert.ok(told.includes(`has a problem: ${path}: `), `${path} is named: ${told}`);
    });
  }

  it("is not told where another argument is at fault, and that one's reason is whole", async () => {
    const program = async () =>
      void declare("mail", {
        dns: { kind: "route53", credentials: hush("hush-4711-set") },
        identities: [{ region: "us-east" }],
      });
    const run = await (await world.open({ program })).preview();
    assert.match(run.stdout, /has a problem: identities\[0\]\.region: "us-east" is not an AWS region/);
    assert.doesNotMatch(`${run.stdout}\n${run.stderr}`, HUSH);
  });

  it("leaves no trace of the marks in the state", async () => {
    const program = async () =>
      void declare("mail", { regions: ["us-east-1"], wait: hush(false), previewCheck: hush("off") });
    const stack = await world.open({ program });
    const run = await stack.up();
    assert.equal(run.failed, false, run.stdout);
    const { resources } = (await stack.exportState()).deployment;
    for (const { inputs, outputs } of resources) assert.doesNotMatch(JSON.stringify([inputs, outputs]), /__secrets/);
    const again = await stack.preview({ expectNoChanges: true });
    assert.equal(again.exitCode, 0, again.stdout);
  });
});
