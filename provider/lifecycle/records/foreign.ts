import type { Authority } from "../../authority/authority";
import { isDefiniteSighting } from "../../authority/sighting";
import type { Ctx } from "../../core/ctx";
import { AuthorityError, DnsHostError, explain } from "../../core/errors";
import type { DnsBackend } from "../../dns/backend";
import type { DnsRecord } from "../../dns/record";
import type { Requirement } from "../../dns/requirement";
import { parseSpf } from "../../mail/spf/parse";
import type { Term } from "../../mail/spf/record";
import { selectSpf } from "../../mail/spf/select";

import { SES_SPF } from "./requirements";

const SES = "amazonses.com";

/** Whether an SPF record lets SES send, by its own text. */
function acceptsSes(text: string): boolean {
  const { faults, terms } = parseSpf(text);
  const isSes = (one: Term) =>
    one.kind === "mechanism" && one.name === "include" && one.qualifier === "+" && one.domain?.name === SES;
  return faults.length === 0 && terms.some(isSes);
}

/** The only other SPF record among the TXT values of a name, where it lets SES send: it stays, and no second one is added. */
export function foreignSpf(values: readonly string[], own: string): string | undefined {
  const { records } = selectSpf(values);
  const [other] = records;
  return records.length === 1 && other !== undefined && other !== own && acceptsSes(other) ? other : undefined;
}

/** Without the SPF records in whose place some host, or DNS where none is written to, has another one that lets SES send. */
export async function withoutForeign(
  requirements: readonly Requirement[],
  hosts: readonly DnsBackend[],
  authority: Authority | undefined,
  ctx: Ctx,
): Promise<readonly Requirement[]> {
  const kept = await Promise.all(
    requirements.map(async (one) => {
      if (!isSpf(one)) return [one];
      const seen =
        hosts.length > 0
          ? await Promise.all(hosts.map((host) => textsAt(host, one.record, ctx)))
          : [authority === undefined ? [] : await textsSeen(authority, one.record, ctx)];
      return seen.some((texts) => foreignSpf(texts, one.record.text) !== undefined) ? [] : [one];
    }),
  );
  return kept.flat();
}

type SpfRequirement = Requirement & { readonly record: DnsRecord & { readonly type: "TXT" } };

export function isSpf(one: Requirement): one is SpfRequirement {
  return one.owner.purpose === "mail-from" && one.record.type === "TXT";
}

/** Where this package writes to no host: what every server that answers has. */
async function textsSeen(authority: Authority, { name }: DnsRecord, ctx: Ctx): Promise<readonly string[]> {
  try {
    const { servers } = await authority.look(name, "TXT", ctx);
    const answers = servers.filter(isDefiniteSighting).map((one) => (one.kind === "values" ? one.values : []));
    const [first = []] = answers;
    return answers.every((values) => foreignSpf(values, SES_SPF) === foreignSpf(first, SES_SPF)) ? first : [];
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error;
    ctx.log.debug(explain(error));
    return [];
  }
}

/** What cannot be read is for the addition to tell. */
async function textsAt(host: DnsBackend, { name }: DnsRecord, ctx: Ctx): Promise<readonly string[]> {
  if (host.can.readable === false) return [];
  try {
    const zone = await host.findZone(name, ctx);
    const [contents] = await host.listNames(zone, [name], ctx);
    return (contents?.records ?? []).flatMap(({ data }) => (data?.type === "TXT" ? [data.text] : []));
  } catch (error) {
    if (!(error instanceof DnsHostError)) throw error;
    ctx.log.debug(explain(error));
    return [];
  }
}
