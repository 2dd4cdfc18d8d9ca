import { setTimeout as pause } from "node:timers/promises";
import type { Message } from "../../provider/wire/message";
import type { ActiveDnsFault } from "../faults";
import { frame, type Transport } from "./frame";
import { writeMessage } from "./packet";

/** What becomes of a question before a server reads it: it passes, or this is all that the client gets. */
export type Hindrance = "passes" | Buffer | "reset" | undefined;

/** The faults that lie between a client and a server, which a server behind knows nothing of. */
export function openHindrance(): (
  query: Message,
  transport: Transport,
  fault: ActiveDnsFault | undefined,
) => Promise<Hindrance> {
  let datagrams = 0;
  return async (query, transport, fault) => {
    if (fault === undefined) return "passes";
    if (fault.silent === "both" || fault.silent === transport) return undefined;
    if (transport === "tcp" && fault.refuseTcp) return "reset";
    if (transport === "udp" && fault.losesOneOf !== undefined && datagrams++ % fault.losesOneOf === 0) return undefined;
    if (fault.latencyMs) await pause(fault.latencyMs);
    if (query.edns && fault.edns === "drop") return undefined;
    if (query.edns && fault.edns === "FORMERR")
      return writeMessage({ ...frame(query), edns: undefined, rcode: "FORMERR" });
    return "passes";
  };
}
