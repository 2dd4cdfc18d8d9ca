import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Props } from "../../provider/lifecycle/lifecycle";
import { awsConfig } from "../support/aws/cloud";
import { ACCOUNT, DOMAIN, type DomainWorld, openDomainWorld, type Run } from "../support/emulator/domain";

const OTHER_ACCOUNT = "111111111111";
const REGION = "us-east-1";
const folder = mkdtempSync(join(tmpdir(), "sesdomain-"));
let made = 0;

/** Each time another file: the SDK reads a path once a process. */
function configFile(text: string): string {
  made += 1;
  const path = join(folder, `config${made}`);
  writeFileSync(path, text);
  return path;
}

/** The resources by the arguments that name the credentials. */
const KINDS = {
  VerifiedDomain: (as: object) => ({
    domain: DOMAIN,
    identities: [{ region: REGION, ...as }],
    dns: { kind: "route53", ...as },
  }),
  DomainIdentity: (as: object) => ({ domain: DOMAIN, identities: [{ region: REGION, ...as }] }),
  VerifiedEmailAddress: (as: object) => ({
    address: `postmaster@${DOMAIN}`,
    identities: [{ region: REGION, ...as }],
    wait: false,
  }),
} as const satisfies Readonly<Record<string, (as: object) => Props>>;
type Kind = keyof typeof KINDS;

describe("credentials that are gone", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld({ accounts: [{ id: ACCOUNT }, { id: OTHER_ACCOUNT }] });
  });
  afterEach(() => world.close());
  after(() => rmSync(folder, { recursive: true }));

  const keys = () => {
    const given = awsConfig(world.emulator.cloud, ACCOUNT);
    return { accessKey: given["aws:accessKey"], secretKey: given["aws:secretKey"] };
  };
  /** A run whose stack has credentials of another account, unless `account` says otherwise. */
  const runWith = (
    kind: Kind | "DomainVerification",
    config: Readonly<Record<string, string>>,
    account = OTHER_ACCOUNT,
  ) => world.run({ kind, config, account });

  /** By what names the credentials: where they are, where they are gone, and what the report has to name. */
  const sources = {
    profile: {
      as: { profile: "eu" },
      there: () => {
        const { accessKey, secretKey } = keys();
        const text = `[profile eu]\naws_access_key_id = ${accessKey}\naws_secret_access_key = ${secretKey}\n`;
        return { "aws:sharedConfigFiles": configFile(text) };
      },
      gone: () => ({ "aws:sharedConfigFiles": configFile("[profile eeu]\nregion = eu-west-1\n[profile us]\n") }),
      named: (config: Readonly<Record<string, string>>) => ["eu", "eeu", "us", config["aws:sharedConfigFiles"] ?? ""],
    },
    set: {
      as: { credentials: "eu" },
      there: () => ({ "sesdomain:credentials": JSON.stringify({ eu: keys() }) }),
      gone: () => ({ "sesdomain:credentials": JSON.stringify({ "eu-prod": keys() }) }),
      named: () => ["eu", "eu-prod", "sesdomain:credentials"],
    },
  } as const;

  const assertNames = (text: string, parts: readonly string[]) => {
    for (const part of [...parts, ACCOUNT]) assert.ok(text.includes(part), `${part} in: ${text}`);
    assert.equal(text.split(ACCOUNT).length, 2, `the account once: ${text}`);
  };
  const failureOf = async (run: Run, args: Props, olds?: Props) => {
    const { failures } = await run.preview(args, olds);
    const own = failures.filter(({ property }) => property !== "dns");
    assert.deepEqual(
      own.map(({ property }) => property),
      ["identities[0]"],
    );
    return own[0]?.reason ?? "";
  };

  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const [what, { as, there, gone, named }] of Object.entries(sources)) {
      it(`are named with the account that is needed, by preview, refresh and destroy: a ${what} of ${kind}`, async () => {
        const args = KINDS[kind](as);
        const up = await runWith(kind, there()).up(args);
        assert.equal(up.failed, undefined);
        const config = gone();
        assertNames(await failureOf(runWith(kind, config), args, up.inputs), named(config));

        const refreshing = runWith(kind, config);
        const outputs = await refreshing.read(up);
        assert.deepEqual(outputs?.verifications, up.outputs.verifications);
        const warned = refreshing.lines.filter((line) => line.startsWith("warning: ") && line.includes(ACCOUNT));
        assert.equal(warned.length, 1, refreshing.lines.join("\n"));
        assertNames(warned[0] ?? "", named(config));

        const refused = await runWith(kind, config)
          .destroy(up)
          .then(
            () => assert.fail("it is gone"),
            (error: Error) => `${error.message} ${"hint" in error ? error.hint : ""}`,
          );
        assertNames(refused, named(config));
        assert.equal(Object.keys(world.statuses()).length, 1);
        // The stack's own credentials are of that account: they do.
        await runWith(kind, config, ACCOUNT).destroy({ ...up, outputs: { ...up.outputs, dns: [] } });
        assert.deepEqual(world.statuses(), {});
      });
    }
  }

  it("are named with the account that is needed by a DomainVerification, which knows it from what it waits for", async () => {
    const { as, there, gone, named } = sources.profile;
    const up = await runWith("DomainIdentity", there()).up(KINDS.DomainIdentity(as));
    const config = gone();
    const olds = { verification: "verified" };
    const { failures } = await runWith("DomainVerification", config).preview({ of: [up.outputs] }, olds);
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["of[0].identities"],
    );
    assertNames(failures[0]?.reason ?? "", named(config));
  });

  it("are not said to be those of the state's account where another identity is meant", async () => {
    const { as, there, gone } = sources.profile;
    const up = await runWith("DomainIdentity", there()).up(KINDS.DomainIdentity(as));
    const added = [
      { region: REGION, ...as },
      { region: "eu-west-1", ...as },
    ];
    const { failures } = await runWith("DomainIdentity", gone()).preview(
      { domain: DOMAIN, identities: added },
      up.inputs,
    );
    assert.deepEqual(
      failures.map(({ property, reason }) => [property, reason.includes(ACCOUNT)]),
      [
        ["identities[0]", true],
        ["identities[1]", false],
      ],
    );
  });
});
