import type { MessageParts } from "../../provider/wire/encode";
import type { Message } from "../../provider/wire/message";

export type Transport = "udp" | "tcp";

/** What a server sends at most over UDP with EDNS (DNS Flag Day 2020). */
export const EDNS_UDP_OCTETS = 1232;

/** An answer to the question, without records. */
export function frame(query: Message): MessageParts {
  const { id, opcode, recursionDesired, checkingDisabled, questions } = query;
  const edns = query.edns && { udpPayloadSize: EDNS_UDP_OCTETS, version: 0, dnssecOk: query.edns.dnssecOk };
  return { id, response: true, opcode, recursionDesired, checkingDisabled, questions, edns };
}
