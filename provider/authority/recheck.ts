import type { Fqdn } from "../core/fqdn";
import type { ServerAddress } from "./cut";
import { askSoa, type EarlySoas } from "./early-soas";
import { exchange, type QueryLimits } from "./exchange";
import { isAuthorityFor, readReply, type WantedSet } from "./reply";
import { ask, type ServerReply } from "./zone-question";

/**
 * What the servers say that gave no answer to one question: each is asked for the zone's SOA, and where it serves that with
 * authority, for the record set once more. An alias at which it fails, as servers do whose CNAMEs lead in a circle, is read
 * by itself, and so is a CNAME that is looked for. Addresses are left as they are where the same server has answered at another one.
 */
export async function recheck(
  replies: readonly ServerReply[],
  wanted: WantedSet,
  zone: Fqdn,
  soas: EarlySoas,
  limits: QueryLimits,
): Promise<readonly ServerReply[]> {
  const answering = new Set(replies.filter((one) => !isFailure(one)).map(({ serverAddress: { server } }) => server));
  return Promise.all(
    replies.map((reply) =>
      isFailure(reply) && !answering.has(reply.serverAddress.server)
        ? askMore(reply, wanted, zone, soas, limits)
        : reply,
    ),
  );
}

/** No answer that says anything of the name, for a reason that may concern this question alone. */
function isFailure({ outcome }: ServerReply): boolean {
  if (outcome.kind === "lame") return true;
  return outcome.kind === "unreachable" && !outcome.unasked && !outcome.noTcp && !outcome.noRoute && !outcome.private;
}

async function askMore(
  reply: ServerReply,
  wanted: WantedSet,
  zone: Fqdn,
  soas: EarlySoas,
  limits: QueryLimits,
): Promise<ServerReply> {
  const { serverAddress, outcome } = reply;
  const soa = await (soas.of(serverAddress) ?? askSoa(serverAddress, zone, limits));
  if (soa === undefined || !isAuthorityFor(soa, zone)) return reply;
  const again = await ask(serverAddress, wanted, zone, limits);
  if (!isFailure(again)) return again;
  if (wanted.type !== "CNAME" && again.outcome.kind === "lame") {
    const question = { name: wanted.name, type: "CNAME", recursionDesired: false };
    const result = await exchange(question, serverAddress, limits);
    const message = result.kind === "reply" ? result.message : undefined;
    const alias = message && readReply(message, wanted, zone);
    if (alias?.kind === "cname") return { serverAddress, outcome: alias };
  }
  if (outcome.kind !== "lame" && outcome.kind !== "unreachable") return reply;
  const target = wanted.type === "CNAME" ? await aliasAt(serverAddress, wanted.name, zone, limits) : undefined;
  return { serverAddress, outcome: { ...outcome, servesZone: true, ...(target && { alias: target }) } };
}

/** The CNAME itself, at a server that fails at TXT. */
async function aliasAt(
  serverAddress: ServerAddress,
  name: Fqdn,
  zone: Fqdn,
  limits: QueryLimits,
): Promise<string | undefined> {
  const result = await exchange({ name, type: "CNAME", recursionDesired: false }, serverAddress, limits);
  if (result.kind !== "reply") return undefined;
  const reply = readReply(result.message, { name, type: "CNAME" }, zone);
  return reply.kind === "values" ? reply.values[0] : undefined;
}
