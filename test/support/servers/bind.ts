import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  freePort,
  type RealServer,
  type RealServerOptions,
  type Signing,
  startServer,
  temporaryFolder,
} from "./nameserver";
import { findProgram } from "./programs";

export type { RealServer } from "./nameserver";

/**
 * Starts BIND, which listens only on addresses that an interface has: 127.0.0.1 and ::1. Call `requireProgram(this,
 * "named")` first. Source: BIND 9 Administrator Reference Manual.
 */
export async function startBind(options: RealServerOptions): Promise<RealServer> {
  const folder = temporaryFolder("bind");
  const port = options.port ?? (await freePort(options.addresses));
  for (const [index, zone] of options.zones.entries()) writeFileSync(join(folder, `${index}.zone`), zone.text);
  const file = join(folder, "named.conf");
  writeFileSync(file, configuration(options, folder, port));
  const args = ["-g", "-n", "1", "-c", file];
  return startServer(findProgram("named") ?? "named", args, folder, port, options);
}

function configuration({ addresses, zones, keys = [] }: RealServerOptions, folder: string, port: number): string {
  const ofFamily = (colon: boolean) =>
    addresses.filter((address) => address.includes(":") === colon).map((address) => `${address}; `);
  return [
    ...keys.map(({ name, algorithm, secret }) => `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };`),
    "options {",
    `  directory "${folder}";`,
    `  pid-file "${join(folder, "named.pid")}";`,
    `  session-keyfile "${join(folder, "session.key")}";`,
    `  listen-on port ${port} { ${ofFamily(false).join("") || "none; "}};`,
    `  listen-on-v6 port ${port} { ${ofFamily(true).join("") || "none; "}};`,
    "  recursion no;",
    "  dnssec-validation no;",
    "  notify no;",
    "};",
    "controls { };",
    ...zones.map(
      (zone, index) =>
        `zone "${zone.name === "" ? "." : zone.name}" { type primary; file "${index}.zone"; ` +
        `${zone.policy ?? `allow-update { ${matching(zone.update)}};`} allow-transfer { ${matching(zone.transfer)}}; ${signing(zone.signed)}};`,
    ),
    "",
  ].join("\n");
}

function signing(signed: Signing | undefined): string {
  if (signed === undefined) return "";
  if (signed === "opt-out") throw new RangeError("no zone is signed with opt-out here");
  return "dnssec-policy default; inline-signing yes; ";
}

function matching(who: "anybody" | readonly string[] | undefined): string {
  if (who === undefined) return "none; ";
  return who === "anybody" ? "localhost; " : who.map((name) => `key "${name}"; `).join("");
}
