import { decodeMessage, type Message, type ResourceRecord } from "../wire/message";

/** `type`: "TXT", "MX", "NS", "SOA", "A", "AAAA", … */
export interface Query {
  readonly name: string;
  readonly type: string;
  /** Set for recursive resolvers only. */
  readonly recursionDesired: boolean;
  /** For validating resolvers: say whether it is authentic; do not check it. Default false. */
  readonly authenticData?: boolean;
  readonly checkingDisabled?: boolean;
}

/**
 * Reads bytes that came with the right id from the right place. "garbled": no DNS message. "foreign": a message that
 * is not the answer to this question. A refusal may leave the question out (RFC 9619 forbids more than one); an answer
 * that says anything of the name may not. Letters are compared without case. All records are of class IN.
 */
export function readAnswerTo(query: Query, bytes: Buffer): Message | "garbled" | "foreign" {
  const message = decodeMessage(bytes, undefined, query.name.includes("\\") ? "dots" : "plain");
  if (message === undefined) return "garbled";
  if (!message.response || message.opcode !== "QUERY") return "foreign";
  const [asked, ...more] = message.questions;
  if (asked === undefined) return message.rcode === "NOERROR" || message.rcode === "NXDOMAIN" ? "foreign" : message;
  if (isOfOtherClass(message)) return "garbled";
  const same = asked.type === query.type && asked.class === "IN" && asked.name.toLowerCase() === query.name;
  return same && more.length === 0 ? message : "foreign";
}

/** A record of class CH answers no question of class IN; signatures of messages (class ANY) are no such records. */
function isOfOtherClass({ answers, authorities, additionals }: Message): boolean {
  const strange = (record: ResourceRecord) => record.class !== "IN" && record.type !== "OTHER";
  return answers.some(strange) || authorities.some(strange) || additionals.some(strange);
}
