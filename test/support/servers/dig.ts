import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { unquoteText } from "../../../provider/dns/txt";
import { findProgram } from "./programs";

const run = promisify(execFile);

export interface DigAnswer {
  /** "NOERROR", "NXDOMAIN", … */
  readonly status: string;
  readonly authoritative: boolean;
  /** The TXT values in the answer, sorted. */
  readonly values: readonly string[];
}

/** What dig says of a name's TXT set at one server, without recursion. Call `requireProgram(this, "dig")` first. */
export async function digTxt(name: string, address: string, port: number): Promise<DigAnswer> {
  const args = [`@${address}`, "-p", String(port), "+norecurse", "+time=2", "+tries=3", name, "TXT"];
  const { stdout } = await run(findProgram("dig") ?? "dig", args, { encoding: "utf8" });
  const records = stdout.split("\n").filter((line) => !line.startsWith(";") && /\sIN\s+TXT\s/.test(line));
  return {
    status: /status: (\w+)/.exec(stdout)?.[1] ?? "",
    authoritative: /flags:[^;]*\baa\b/.test(stdout),
    values: records.map((line) => unquoteText(line.replace(/^.*?\sIN\s+TXT\s+/, ""), "decimal")).sort(),
  };
}

/** The zone's keys at one server, as a DNSKEY record has them; empty where it is not signed yet. */
export async function digKeys(zone: string, address: string, port: number): Promise<readonly string[]> {
  const args = [`@${address}`, "-p", String(port), "+norecurse", "+short", zone, "DNSKEY"];
  const { stdout } = await run(findProgram("dig") ?? "dig", args, { encoding: "utf8" });
  return stdout.split("\n").filter((line) => /^257 /.test(line));
}
