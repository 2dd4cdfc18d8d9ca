import type { RecordSet } from "../../../emulator/records";
import { startBind } from "../servers/bind";
import { startKnot } from "../servers/knot";
import type { RealServerOptions } from "../servers/nameserver";
import { startPowerdns } from "../servers/powerdns";
import type { Ground, SecondServer } from "./case-types";

export type RealGround = Exclude<Ground, "emulator">;

/** Where each ground's servers listen: BIND only where an interface has the address. */
const ADDRESSES: Readonly<Record<RealGround, readonly string[]>> = {
  knot: ["127.70.9.1", "127.70.9.2"],
  bind: ["127.0.0.1"],
  powerdns: ["127.70.9.1", "127.70.9.2"],
  "knot+bind": ["127.70.9.1", "127.0.0.1"],
};

/** The servers that a zone is delegated to on that ground. */
export function serversOn(ground: RealGround) {
  return ADDRESSES[ground].map((address, index) => ({ name: `ns${index + 1}.real-example.net`, addresses: [address] }));
}

/** A zone as it is to be served; TXT values as zone files have them, but for octal escapes. */
export interface ServedZone {
  readonly name: string;
  readonly sets: readonly RecordSet[];
  /** The names in its NS records; default: those of the ground. */
  readonly servers?: readonly string[] | undefined;
  /** On "knot+bind", what the second server does otherwise. */
  readonly second?: SecondServer | undefined;
}

/** Starts the ground's servers with the zone. */
export async function serveOn(
  ground: RealGround,
  zone: ServedZone,
  port: number,
): Promise<{ stop(): Promise<unknown> }> {
  const addresses = ADDRESSES[ground];
  const options = { addresses, port, zones: [{ name: zone.name, text: zoneFile(ground, zone) }] };
  switch (ground) {
    case "knot":
      return startKnot(options);
    case "bind":
      return startBind(options);
    case "powerdns":
      return startPowerdns(options);
    case "knot+bind":
      return startPair(options, zone);
  }
}

async function startPair(options: RealServerOptions, zone: ServedZone) {
  const [first = "", other = ""] = options.addresses;
  const { second = {} } = zone;
  const knot = await startKnot({ ...options, addresses: [first] });
  if (second.is === "stopped") return knot;
  const own =
    second.is === "without the zone"
      ? { name: "unrelated-example.net", sets: [] }
      : { name: zone.name, sets: second.sets ?? zone.sets };
  try {
    const zones = [{ name: own.name, text: zoneFile("knot+bind", own, second) }];
    const bind = await startBind({ ...options, addresses: [other], zones });
    return { stop: () => Promise.all([knot.stop(), bind.stop()]) };
  } catch (error) {
    await knot.stop();
    throw error;
  }
}

/** RFC 1035 section 5. */
function zoneFile(
  ground: RealGround,
  { name, sets, servers: own }: ServedZone,
  { serial = 2, servers = own }: SecondServer = {},
): string {
  const names = serversOn(ground).map((server) => server.name);
  const soa = `@ SOA ${names[0]}. hostmaster.real-example.net. ${serial} 7200 900 1209600 60`;
  return [
    `$ORIGIN ${name}.`,
    "$TTL 300",
    ...(sets.some(({ type }) => type === "SOA") ? [] : [soa]),
    ...(servers ?? names).map((server) => `@ NS ${server}.`),
    ...sets.flatMap((set) => set.values.map((value) => `${set.name}. ${set.ttl} ${set.type} ${inDecimal(value)}`)),
    "",
  ].join("\n");
}

/** Zone files escape octets in decimal, the emulator's text in octal. */
function inDecimal(value: string): string {
  return value.replace(
    /\\([0-7]{3})/g,
    (_, octal: string) => `\\${String(Number.parseInt(octal, 8)).padStart(3, "0")}`,
  );
}
