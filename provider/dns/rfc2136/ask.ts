import { randomInt } from "node:crypto";
import type { Ctx } from "../../core/ctx";
import { encodeQuery } from "../../wire/encode";
import { decodeMessage, type Message, WireError } from "../../wire/message";
import type { Rfc2136Access } from "./access";
import { type Doing, replyFault, silenceFault, unfitFault } from "./faults";
import { QUESTION_WAITS_MS, type ReadResult, Silence, sendTcp, sendUdp, UPDATE_WAITS_MS } from "./transport";
import { checkReply, type ReplyTrust, signMessage } from "./tsig";
import { encodeUpdate, type Update } from "./update";

/** What a datagram may hold on most ways without being cut into fragments (DNS Flag Day 2020). */
const LARGEST_DATAGRAM = 1232;

export type Rfc2136Request =
  | { readonly kind: "question"; readonly name: string; readonly type: string }
  /** `failed`: tries of it so far; over UDP each goes to the next of the server's addresses. */
  | ({ readonly kind: "update"; readonly failed: number } & Update);

type CheckedReply =
  | { readonly kind: "reply"; readonly message: Message }
  | { readonly kind: "distrusted"; readonly trust: Exclude<ReplyTrust, { kind: "genuine" }>; readonly rcode: string };

/**
 * Asks once, signed, and gives the reply whose signature holds, whatever its RCODE. Over UDP unless TCP is wanted, the
 * request is too long, or the answer was truncated. Throws `DnsHostError`, or the signal's reason.
 */
export async function ask(access: Rfc2136Access, request: Rfc2136Request, doing: Doing, ctx: Ctx): Promise<Message> {
  const id = randomInt(0x10000);
  const plain = encode(request, id, access, doing);
  const nowSeconds = Math.floor(ctx.clock.now() / 1_000);
  const { bytes, mac } = signMessage(plain, access.key, nowSeconds);
  const opcode = request.kind === "update" ? "UPDATE" : "QUERY";

  const read = (reply: Buffer): ReadResult<CheckedReply> | undefined => {
    if (reply.length < 12 || reply.readUInt16BE(0) !== id) return undefined;
    const trust = checkReply(reply, {
      key: access.key,
      requestMac: mac,
      nowSeconds: Math.floor(ctx.clock.now() / 1_000),
    });
    const message = decodeMessage(trust.kind === "genuine" ? trust.message : reply);
    if (trust.kind === "genuine") {
      if (message?.response !== true || message.opcode !== opcode) return undefined;
      return { value: { kind: "reply", message }, useful: true };
    }
    const answer: CheckedReply = { kind: "distrusted", trust, rcode: message?.rcode ?? "nothing that can be read" };
    return { value: answer, useful: trust.kind === "skewed" || (trust.kind === "refused" && trust.proven) };
  };

  const { signal } = ctx;
  try {
    const small = access.transport === "udp" && bytes.length <= LARGEST_DATAGRAM;
    const udp = () =>
      request.kind === "update"
        ? sendUdp(bytes, access, read, signal, UPDATE_WAITS_MS, request.failed)
        : sendUdp(bytes, access, read, signal, QUESTION_WAITS_MS);
    let answer: CheckedReply = await (small ? udp() : sendTcp(bytes, access, read, signal, access.tcpMs));
    if (small && answer.kind === "reply" && answer.message.truncated)
      answer = await sendTcp(bytes, access, read, signal, access.tcpMs);
    if (answer.kind === "reply") {
      ctx.answered?.();
      return answer.message;
    }
    throw replyFault(access, doing, answer.trust, answer.rcode, request.kind, nowSeconds);
  } catch (error) {
    throw error instanceof Silence ? silenceFault(access, doing, error.message) : error;
  }
}

function encode(request: Rfc2136Request, id: number, access: Rfc2136Access, doing: Doing): Buffer {
  try {
    if (request.kind === "update") return encodeUpdate(id, request);
    return encodeQuery({ id, name: request.name, type: request.type, udpPayloadSize: LARGEST_DATAGRAM });
  } catch (error) {
    throw error instanceof WireError ? unfitFault(access, doing, error.message) : error;
  }
}
