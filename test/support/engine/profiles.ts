import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACCOUNT, declare, type EngineWorld } from "./world";

export const OTHER_ACCOUNT = "222222222222";

/** The domain in two regions, the second with a profile. */
export const program =
  (profile: string, name = "mail") =>
  async () =>
    void declare(name, { identities: [{ region: "us-east-1" }, { region: "eu-west-1", profile }] });

export function keysOf(world: EngineWorld, account: string) {
  const { accessKeyId, secretAccessKey } = world.emulator.cloud.credentials(account);
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}

/** A stack with two profiles of its own account, "eu" and "europe"; the domain is declared with the first. */
export async function openProfiles(world: EngineWorld) {
  const stack = await world.open({ program: program("eu") });
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = keysOf(world, ACCOUNT);
  const profiles = ["eu", "europe"].map(
    (name) => `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
  );
  const folder = mkdtempSync(join(tmpdir(), "sesdomain-profiles-"));
  const file = join(folder, "credentials");
  writeFileSync(file, profiles.join("\n"));
  stack.changeEnv({ AWS_SHARED_CREDENTIALS_FILE: file });
  return {
    stack,
    async quiet() {
      const run = await stack.preview({ expectNoChanges: true });
      assert.equal(run.exitCode, 0, run.stdout);
      return run;
    },
    forget: () => rmSync(folder, { recursive: true }),
  };
}

export type Profiles = Awaited<ReturnType<typeof openProfiles>>;
