import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DoctorOptions } from "../../../provider/cli/doctor/options";
import { plain } from "../../../provider/cli/doctor/paint";
import { type DoctorPorts, runDoctor } from "../../../provider/cli/doctor/run";
import type { Terminal } from "../../../provider/cli/doctor/terminal";
import type { DomainWorld } from "../emulator/domain";

export const T1 = "fmxqxT/icOYx4aA/bEUrDPMeax9/s3frblS+niixmqk=";
export const T2 = "QTKknzFg2J4ygwa+XvHAxUl1hyHoY0gVfZdfjIedHZ0=";

const ROOT = join(__dirname, "..", "..", "..");

export interface Told {
  readonly code: 0 | 1 | 2;
  readonly out: string;
  readonly err: string;
}

/** `sesdomain doctor` as a shell runs it with its output piped, 80 columns wide. */
export async function doctor(
  world: Pick<DomainWorld, "clock">,
  domain: string | readonly string[] | undefined,
  options: Partial<DoctorOptions> = {},
  ports: Partial<DoctorPorts & Terminal> = {},
): Promise<Told> {
  let out = "";
  let err = "";
  const terminal: Terminal = {
    write: (text) => {
      out += text;
    },
    say: (line) => {
      err += `${line}\n`;
    },
    width: ports.width ?? 80,
    height: ports.height,
    paint: ports.paint ?? plain,
  };
  const code = await runDoctor(domain, { identity: [], token: [], resolver: [], ...options }, terminal, {
    env: process.env,
    clock: ports.clock ?? world.clock,
    signal: ports.signal ?? new AbortController().signal,
    run: ports.run ?? (() => Promise.reject(new Error("no program is to be run here"))),
    cwd: ports.cwd ?? __dirname,
  });
  return { code, out, err };
}

/**
 * The AWS SDK reads the process's environment by itself: it leads to the emulator during each test. What a test changes of it
 * is undone after the test.
 */
export function useEnvironment(env: () => Readonly<Record<string, string>>): void {
  let before: NodeJS.ProcessEnv = {};
  beforeEach("lead the SDK to the emulator", () => {
    before = { ...process.env };
    Object.assign(process.env, env());
  });
  afterEach("restore the environment", () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

/** Compares with `test/doctor/snapshots/NAME`; with SESDOMAIN_UPDATE_SNAPSHOTS=1 writes it. */
export function matchSnapshot(name: string, text: string): void {
  // The emulator's port is another one each time.
  const steady = text
    .replace(/^(.*\bdig -p )\d+ /gm, "$1PORT ")
    // AWS's answers have an id each, and the docs lie wherever the package does.
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "REQUEST-ID")
    .replaceAll(`${ROOT}/docs/`, "docs/");
  matchFile(join(ROOT, "test", "doctor", "snapshots", name), steady);
}

export function matchFile(path: string, text: string): void {
  if (process.env.SESDOMAIN_UPDATE_SNAPSHOTS === "1") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  assert.ok(existsSync(path), `${path} is not there; SESDOMAIN_UPDATE_SNAPSHOTS=1 writes it`);
  assert.equal(text, readFileSync(path, "utf8"));
}
