import type { MessageParts } from "../../provider/wire/encode";
import type { Message, Question } from "../../provider/wire/message";
import type { ActiveDnsFault, Faults } from "../faults";
import type { Requests } from "../requests";
import { trace } from "../trace";
import { isFromElsewhere } from "./elsewhere";
import { EDNS_UDP_OCTETS, frame, type Transport } from "./frame";
import { openHindrance } from "./hindrance";
import { readMessage, writeMessage } from "./packet";
import { refusedType } from "./refused-types";

/** What a server says to a question, before size, EDNS and faults have their say. */
export type Reply = Pick<
  MessageParts,
  "rcode" | "authoritative" | "recursionAvailable" | "answers" | "authorities" | "additionals"
>;

/** Bytes in, bytes out; `undefined` is silence, "reset" a connection that breaks. */
export type Responder = (bytes: Buffer, transport: Transport) => Promise<Buffer | "reset" | undefined>;

export interface ResponderOptions {
  readonly names: () => readonly string[];
  readonly address: string;
  readonly faults: Faults;
  readonly requests: Requests;
  readonly reply: (question: Question, query: Message, fault: ActiveDnsFault | undefined) => Reply | Promise<Reply>;
}

/** What a server takes over UDP without EDNS (RFC 1035 section 4.2.1). */
const PLAIN_UDP_OCTETS = 512;
const TCP_OCTETS = 0xffff;

/** One server's conduct: header, EDNS, truncation, and the faults that are on. Never rejects: what fails is SERVFAIL. */
export function openResponder(options: ResponderOptions): Responder {
  const hinder = openHindrance();
  const respond = async (query: Message, transport: Transport) => {
    options.requests.countQuery(options.address);

    const [question] = query.questions;
    const fault = options.faults.ofServer(options.names(), options.address, question, isFromElsewhere());
    const hindrance = await hinder(query, transport, fault);
    if (hindrance !== "passes") return hindrance;

    if (query.opcode !== "QUERY") return writeMessage({ ...frame(query), rcode: "NOTIMP" });
    if (!question || query.questions.length > 1) return writeMessage({ ...frame(query), rcode: "FORMERR" });
    if (query.edns && query.edns.version > 0) return writeMessage({ ...frame(query), rcode: "BADVERS" });
    const refused = refusedType(question.type);
    if (refused !== undefined) return writeMessage({ ...frame(query), rcode: refused });

    const reply = await options.reply(question, query, fault);
    const parts = disturb({ ...frame(query), ...reply }, fault);
    if (fault?.truncate && transport === "udp") return writeMessage(emptied(parts));
    return fitted(parts, transport === "tcp" ? TCP_OCTETS : udpLimit(query));
  };

  return async (bytes, transport) => {
    const query = readMessage(bytes);
    if (!query) return malformed(bytes);
    if (query.response) return undefined;
    try {
      return await respond(query, transport);
    } catch (error) {
      // Above all a value that no message can hold: the store takes any text, as a server does that reads a file.
      trace(error);
      return failure(query);
    }
  };
}

/** SERVFAIL with the question, or without where not even that can be written. */
function failure(query: Message): Buffer {
  try {
    return writeMessage({ ...frame(query), rcode: "SERVFAIL" });
  } catch {
    return writeMessage({ id: query.id, response: true, rcode: "SERVFAIL" });
  }
}

function udpLimit(query: Message): number {
  if (!query.edns) return PLAIN_UDP_OCTETS;
  return Math.min(EDNS_UDP_OCTETS, Math.max(PLAIN_UDP_OCTETS, query.edns.udpPayloadSize));
}

function emptied(parts: MessageParts): MessageParts {
  return { ...parts, truncated: true, answers: [], authorities: [], additionals: [] };
}

/** Additional records go first, and quietly, where the message is too long; then everything, with TC set (RFC 2181 section 9). */
function fitted(parts: MessageParts, limit: number): Buffer {
  const whole = writeMessage(parts);
  if (whole.length <= limit) return whole;
  const bare = writeMessage({ ...parts, additionals: [] });
  return bare.length <= limit ? bare : writeMessage(emptied(parts));
}

function disturb(parts: MessageParts, fault: ActiveDnsFault | undefined): MessageParts {
  if (fault?.mismatch === "id") return { ...parts, id: parts.id ^ 0x5555 };
  if (fault?.mismatch !== "question") return parts;
  const other = (name: string) => `other.${name}`.slice(0, 253);
  return {
    ...parts,
    questions: parts.questions?.map((question) => ({ ...question, name: other(question.name) })) ?? [],
  };
}

function malformed(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 12 || (bytes.readUInt8(2) & 0x80) !== 0) return undefined;
  return writeMessage({ id: bytes.readUInt16BE(0), response: true, rcode: "FORMERR" });
}
