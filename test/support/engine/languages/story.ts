import assert from "node:assert/strict";
import { fqdn } from "../../../../provider/core/fqdn";
import { pluginOnly } from "../door";
import { DOMAIN, type EngineWorld, NAME, OTHER_TEAM, openEngineWorld, SPF } from "../world";
import { type LanguageProgram, type LanguageStack, openLanguageStack } from "./stack";

const REGION = "us-east-1";
/** Made ready once on a machine: a language host, an SDK, a Python environment, the packages that Go compiles. */
const PREPARING_MS = 40 * 60_000;

/**
 * The life of a domain with DKIM and a MAIL FROM domain, declared by an example in some language. The chapters share one stack:
 * each begins where the one before ended.
 *
 * @param prepare makes what the language needs; it may skip the suite
 */
export function describeLanguage(
  language: string,
  prepare: (context: Mocha.Context) => LanguageProgram | Promise<LanguageProgram>,
): void {
  pluginOnly().describe(`a domain in ${language}`, function () {
    this.timeout(180_000);
    let world: EngineWorld | undefined;
    let stack: LanguageStack | undefined;
    const opened = () => {
      assert.ok(world !== undefined && stack !== undefined);
      return { world, stack };
    };

    before(async function () {
      this.timeout(PREPARING_MS);
      const program = await prepare(this);
      world = await openEngineWorld();
      stack = await openLanguageStack(program, { domain: DOMAIN }, world.emulator.env);
    });
    after(async () => {
      await stack?.close();
      await world?.close();
    });

    it("up verifies it, and makes it ready to send", async () => {
      const { world, stack } = opened();
      const { stdout } = await stack.run("up");
      world.assertVerified([REGION]);
      assert.deepEqual(sending(world), ["CNAME", "CNAME", "CNAME", "MX bounce", "TXT bounce"]);
      assert.deepEqual(await stack.types(), ["sesdomain:index:VerifiedDomain"]);
      assert.match(stdout, new RegExp(`arn\\s*: "arn:aws:ses:${REGION}:000000000000:identity/${DOMAIN}"`));
      assert.match(stdout, /verified\s*: true/);
    });

    it("a preview right after shows no change", async () => {
      const { stack } = opened();
      await stack.run("preview", { expectNoChanges: true });
    });

    it("a preview shows that it is no longer verified once its record is gone", async () => {
      const { world, stack } = opened();
      world.setValues(NAME, [OTHER_TEAM]);
      const { stdout } = await stack.run("preview");
      assert.match(stdout, /~ verified\s*: true => false/);
      const failed = await stack.run("preview", { expectNoChanges: true, mayFail: true });
      assert.notEqual(failed.exitCode, 0);
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
    });

    it("up publishes it again", async () => {
      const { world, stack } = opened();
      await stack.run("up");
      world.assertVerified([REGION]);
      await stack.run("preview", { expectNoChanges: true });
    });

    it("a refresh finds nothing changed", async () => {
      const { world, stack } = opened();
      const { stdout } = await stack.run("refresh");
      assert.match(stdout, /2 unchanged/);
      world.assertVerified([REGION]);
    });

    it("destroy takes our identity and our records, and nothing else", async () => {
      const { world, stack } = opened();
      await stack.run("destroy");
      world.assertUntouched();
      assert.deepEqual(sending(world), []);
      assert.deepEqual(await stack.types(), []);
    });
  });
}

/** The zone's record sets for DKIM and the MAIL FROM domain; and SPF still is the domain's own. */
function sending({ emulator, zoneId, at }: EngineWorld): readonly string[] {
  assert.deepEqual(at(DOMAIN)?.values, [SPF]);
  const bounce = fqdn(`bounce.${DOMAIN}`);
  return emulator.zones
    .view(zoneId)
    .all()
    .filter(({ name, type }) => name === bounce || type === "CNAME")
    .map(({ name, type }) => (name === bounce ? `${type} bounce` : type))
    .sort();
}
