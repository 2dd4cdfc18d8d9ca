import type { Fqdn } from "../core/fqdn";
import { isPrivate } from "./address-kinds";
import type { ServerSighting } from "./authority";
import type { Cut, ServerAddress } from "./cut";
import { exchange, type QueryLimits } from "./exchange";
import { type ParsedReply, questionType, readReply, type WantedSet } from "./reply";

type Unreachable = Extract<ServerSighting, { kind: "unreachable" }>;
type NoAnswer = Omit<Unreachable, "server" | "address">;

/** The outcome of one question to one address. */
export interface ServerReply {
  readonly serverAddress: ServerAddress;
  readonly outcome: ParsedReply | NoAnswer;
}

/** Asks one address for a record set of the zone. */
export async function ask(
  serverAddress: ServerAddress,
  asked: WantedSet,
  zone: Fqdn,
  limits: QueryLimits,
): Promise<ServerReply> {
  const question = { name: asked.name, type: questionType(asked), recursionDesired: false };
  const result = await exchange(question, serverAddress, limits);
  if (result.kind === "silence") {
    const { reason, noTcp, noRoute, limited } = result;
    const unasked = limited && { unasked: "limit" as const };
    const why = { ...(noTcp && { noTcp }), ...(noRoute && { noRoute }), ...unasked };
    const local = !limited && isPrivate(serverAddress) && { private: true as const };
    return { serverAddress, outcome: { kind: "unreachable", reason, ...why, ...local } };
  }
  return { serverAddress, outcome: readReply(result.message, asked, zone) };
}

/** A reply that is known without a question: the parent's glue is an address that nothing on the internet has. */
export function isPrivateGlue({ glue }: Cut, { server, ...at }: ServerAddress): boolean {
  return isPrivate(at) && glue.get(server)?.includes(at.address) === true;
}

export function unaskedPrivate(serverAddress: ServerAddress): ServerReply {
  const reason = "it is a private or reserved address, which was not asked";
  return { serverAddress, outcome: { kind: "unreachable", reason, private: true } };
}
