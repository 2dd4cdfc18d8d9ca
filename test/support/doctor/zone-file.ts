import type { RecordSet } from "../../../emulator/records";
import type { NameServer } from "../../../provider/authority/authority";
import type { Signing } from "../servers/nameserver";

/** A zone as a real server is to hold it; TXT values as zone files have them, but for octal escapes. */
export interface ServedZone {
  readonly name: string;
  readonly sets: readonly RecordSet[];
  /** In its NS records, unless it has an NS set among `sets`. */
  readonly servers: readonly NameServer[];
  /** Of its SOA record, unless it has one among `sets`. Default 2. */
  readonly serial?: number | undefined;
  readonly signed?: Signing | undefined;
  /** The zones delegated below it. */
  readonly children?: readonly Pick<ServedZone, "name" | "servers">[];
}

/** RFC 1035 section 5. */
export function zoneFile({ name, sets, servers, serial = 2, children = [] }: ServedZone): string {
  const lacks = (type: string) => !sets.some((set) => set.type === type && set.name === name);
  const primary = servers[0]?.name ?? "ns1.real-example.net";
  const named = [...servers, ...children.flatMap((child) => child.servers)];
  return [
    `$ORIGIN ${name}.`,
    "$TTL 300",
    ...(lacks("SOA") ? [`@ SOA ${primary}. hostmaster.real-example.net. ${serial} 7200 900 1209600 60`] : []),
    ...(lacks("NS") ? servers.map((server) => `@ NS ${server.name}.`) : []),
    ...children.flatMap((child) => child.servers.map((server) => `${child.name}. NS ${server.name}.`)),
    ...new Set(named.filter((server) => server.name.endsWith(`.${name}`)).flatMap(addressesOf)),
    ...sets.flatMap((set) =>
      set.values.map((value) => `${owner(set.name)}. ${set.ttl} ${set.type} ${inDecimal(value)}`),
    ),
    "",
  ].join("\n");
}

function addressesOf({ name, addresses }: NameServer): string[] {
  return addresses.map((address) => `${name}. ${address.includes(":") ? "AAAA" : "A"} ${address}`);
}

/** Zone files escape octets in decimal, the emulator's text in octal. */
function inDecimal(value: string): string {
  return value.replace(
    /\\([0-7]{3})/g,
    (_, octal: string) => `\\${String(Number.parseInt(octal, 8)).padStart(3, "0")}`,
  );
}

/** In zone files a backslash that stands for itself is doubled. */
function owner(name: string): string {
  return name.replace(/\\(?![.\\])/g, "\\\\");
}
