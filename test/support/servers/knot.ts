import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  freePort,
  type RealServer,
  type RealServerOptions,
  startServer,
  temporaryFolder,
  type ZoneFile,
} from "./nameserver";
import { findProgram } from "./programs";

export type { RealServer } from "./nameserver";
export { zoneText } from "./nameserver";

/**
 * Starts Knot DNS. It listens on any 127.x.y.z address. Updates change what is served and the journal, not the file.
 * Call `requireProgram(this, "knotd")` first. Source: knot.conf(5).
 */
export async function startKnot(options: RealServerOptions): Promise<RealServer> {
  const folder = temporaryFolder("knot");
  const port = options.port ?? (await freePort(options.addresses));
  mkdirSync(join(folder, "zones"));
  for (const [index, zone] of options.zones.entries()) writeFileSync(join(folder, "zones", `${index}.zone`), zone.text);
  const file = join(folder, "knot.conf");
  writeFileSync(file, configuration(options, folder, port));
  return startServer(findProgram("knotd") ?? "knotd", ["-c", file], folder, port, options);
}

function configuration({ addresses, zones, keys = [] }: RealServerOptions, folder: string, port: number): string {
  return [
    "server:",
    `  rundir: "${folder}"`,
    `  listen: [ ${addresses.map((address) => `${address}@${port}`).join(", ")} ]`,
    "  udp-workers: 1",
    "  tcp-workers: 1",
    "  background-workers: 1",
    "log:",
    "  - target: stderr",
    "    any: info",
    "database:",
    `  storage: "${folder}"`,
    ...(keys.length > 0 ? ["key:"] : []),
    ...keys.flatMap(({ name, algorithm, secret }) => [
      `  - id: ${name}`,
      `    algorithm: ${algorithm}`,
      `    secret: ${secret}`,
    ]),
    ...(zones.some(({ update, transfer, policy }) => update ?? transfer ?? policy) ? ["acl:"] : []),
    ...zones.flatMap((zone, index) => rules(zone, index).flatMap(({ lines }) => lines)),
    ...signing(zones),
    "zone:",
    ...zones.flatMap((zone, index) => {
      const acl = rules(zone, index).map(({ id }) => id);
      return [
        `  - domain: ${zone.name === "" ? "." : zone.name}`,
        `    storage: "${join(folder, "zones")}"`,
        `    file: "${index}.zone"`,
        "    zonefile-sync: -1",
        "    zonefile-load: whole",
        ...(zone.signed === undefined ? [] : ["    dnssec-signing: on", `    dnssec-policy: ${zone.signed}`]),
        ...(acl.length > 0 ? [`    acl: [ ${acl.join(", ")} ]`] : []),
      ];
    }),
    "",
  ].join("\n");
}

function signing(zones: readonly ZoneFile[]): readonly string[] {
  const kinds = new Set(zones.flatMap(({ signed }) => signed ?? []));
  const policies = [...kinds].flatMap((signed) => [
    `  - id: ${signed}`,
    "    algorithm: ecdsap256sha256",
    "    single-type-signing: on",
    ...(signed === "opt-out" ? ["    nsec3: on", "    nsec3-opt-out: on"] : []),
  ]);
  return policies.length > 0 ? ["policy:", ...policies] : [];
}

function rules(zone: ZoneFile, index: number): readonly { readonly id: string; readonly lines: readonly string[] }[] {
  const rule = (action: "update" | "transfer", who: "anybody" | readonly string[] | undefined) => {
    if (who === undefined) return [];
    const id = `${action}-${index}`;
    const whom = who === "anybody" ? "address: [ 127.0.0.0/8, ::1 ]" : `key: [ ${who.join(", ")} ]`;
    return [{ id, lines: [`  - id: ${id}`, `    action: ${action}`, `    ${whom}`] }];
  };
  const written = [...(zone.policy ?? "").matchAll(/^ {2}- id: (\S+)\n(?: {4}.*\n?)*/gm)];
  return [
    ...rule("update", zone.update),
    ...rule("transfer", zone.transfer),
    ...written.map(([text, id = ""]) => ({ id, lines: text.trimEnd().split("\n") })),
  ];
}
