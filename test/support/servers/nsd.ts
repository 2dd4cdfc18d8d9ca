import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, type RealServer, type RealServerOptions, startServer, temporaryFolder } from "./nameserver";
import { findProgram } from "./programs";

/** Starts NSD, which takes no updates. Call `requireProgram(this, "nsd")` first. Source: nsd.conf(5). */
export async function startNsd(options: RealServerOptions): Promise<RealServer> {
  const folder = temporaryFolder("nsd");
  const port = options.port ?? (await freePort(options.addresses));
  for (const [index, zone] of options.zones.entries()) writeFileSync(join(folder, `${index}.zone`), zone.text);
  const file = join(folder, "nsd.conf");
  writeFileSync(file, configuration(options, folder, port));
  return startServer(findProgram("nsd") ?? "nsd", ["-d", "-c", file], folder, port, options);
}

function configuration({ addresses, zones }: RealServerOptions, folder: string, port: number): string {
  return [
    "server:",
    ...addresses.map((address) => `  ip-address: ${address}@${port}`),
    "  server-count: 1",
    '  username: ""',
    '  chroot: ""',
    '  database: ""',
    `  zonesdir: "${folder}"`,
    `  zonelistfile: "${join(folder, "zone.list")}"`,
    `  xfrdfile: "${join(folder, "xfrd.state")}"`,
    `  xfrdir: "${folder}"`,
    '  pidfile: ""',
    "  log-only-syslog: no",
    // Its limit of answers a second is meant for the internet, not for one client on loopback.
    "  rrl-ratelimit: 0",
    "remote-control:",
    "  control-enable: no",
    ...zones.flatMap((zone, index) => [
      "zone:",
      `  name: "${zone.name === "" ? "." : zone.name}"`,
      `  zonefile: "${index}.zone"`,
      ...(zone.transfer === "anybody" ? ["  provide-xfr: 127.0.0.0/8 NOKEY"] : []),
    ]),
    "",
  ].join("\n");
}
