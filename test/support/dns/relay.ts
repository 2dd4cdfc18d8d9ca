import { frame, type Transport } from "../../../emulator/dns/frame";
import { openHindrance } from "../../../emulator/dns/hindrance";
import { type Listener, openListener } from "../../../emulator/dns/listener";
import type { ActiveDnsFault, DnsFault, Faults } from "../../../emulator/faults";
import { encodeMessage } from "../../../provider/wire/encode";
import { decodeMessage, type Message } from "../../../provider/wire/message";
import { exchangeTcp, exchangeUdp } from "./exchange";

/** What can be done to questions and answers on their way; the rest of `DnsFault` needs the zone itself. */
const ON_THE_WAY: ReadonlySet<string> = new Set<keyof DnsFault | "since">([
  "silent",
  "losesOneOf",
  "refuseTcp",
  "latencyMs",
  "edns",
  "truncate",
  "lame",
  "within",
  "only",
  "since",
]);

export interface RelayOptions {
  /** The name server's name, as faults know it. */
  readonly name: string;
  /** Where clients ask, and where the server listens, both at the port. */
  readonly address: string;
  readonly server: string;
  readonly port: number;
  readonly faults: Pick<Faults, "ofServer">;
}

/** Stands before a name server, over UDP and TCP: bytes pass as they are, but for the faults that are on. */
export function openRelay({ name, address, server, port, faults }: RelayOptions): Promise<Listener> {
  const hinder = openHindrance();
  return openListener(address, port, async (bytes, transport) => {
    const query = decodeMessage(bytes, undefined, "dots");
    const fault = query && faults.ofServer([name], address, query.questions[0]);
    if (query === undefined || fault === undefined) return ask(bytes, transport);
    const impossible = Object.keys(fault).filter((key) => !ON_THE_WAY.has(key));
    if (impossible.length > 0) throw new RangeError(`no fault of a real server: ${impossible.join(", ")}`);
    const hindrance = await hinder(query, transport, fault);
    if (hindrance !== "passes") return hindrance;
    return standIn(query, transport, fault) ?? altered(await ask(bytes, transport), fault);
  });

  function ask(bytes: Buffer, transport: Transport): Promise<Buffer | undefined> {
    return transport === "udp" ? exchangeUdp(server, port, bytes) : exchangeTcp(server, port, bytes);
  }
}

/** What is answered in the server's place. */
function standIn(query: Message, transport: Transport, { lame, truncate }: ActiveDnsFault): Buffer | undefined {
  if (lame === "REFUSED" || lame === "SERVFAIL") return encodeMessage({ ...frame(query), rcode: lame });
  return truncate && transport === "udp" ? encodeMessage({ ...frame(query), truncated: true }) : undefined;
}

const AA = 0x0400;

function altered(reply: Buffer | undefined, { lame }: ActiveDnsFault): Buffer | undefined {
  if (lame === "recursive") throw new RangeError("a real server is no resolver");
  if (lame === "no-aa" && reply !== undefined) reply.writeUInt16BE(reply.readUInt16BE(2) & ~AA, 2);
  return reply;
}
