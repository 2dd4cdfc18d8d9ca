import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { plain } from "../../core/plain";
import type { DnsBackend } from "../../dns/backend";
import { settleIdentities } from "../arguments";
import type { CheckedArgs, CheckResult, Failure } from "../arguments/types";
import {
  attempt,
  claimIdentities,
  claimKnown,
  isKnown,
  knownArnsOf,
  type Located,
  note,
  openAccounts,
  type PreviewNotes,
} from "../identity/accounts";
import { meetIdentity } from "../identity/meet";
import { openIdentity } from "../identity/open";
import type { Caller, Checked, Ports, Props, Remembered } from "../lifecycle";
import { authorityFor } from "../observation/clients";
import { healthyWord } from "../observation/words";
import { placeAt } from "../records/place";

/**
 * Holds a program's arguments against the rules, the credentials, the DNS hosts, and what else this run declares. Reads
 * only. `checked`: what the rules made of `raw`.
 */
export async function checkDomainResource(
  checked: CheckResult,
  raw: Props,
  remembered: Remembered,
  caller: Caller,
  ports: Ports,
  ctx: Ctx,
): Promise<Checked<CheckedArgs>> {
  const { warnings } = checked;
  const refused = (inputs: Props, failures: readonly Failure[], told = warnings): Checked<CheckedArgs> => ({
    args: undefined,
    inputs,
    failures,
    warnings: told,
    unknown: [],
    healthy: "verified",
    strict: false,
    subject: checked.kind === "refused" ? "" : String(checked.args.domain),
  });
  if (checked.kind === "refused") return refused(raw, checked.failures);
  const inputs = { ...raw, domain: checked.args.domain };
  if (checked.kind === "planned") {
    return { ...refused(inputs, []), healthy: healthyWord({ wait: checked.args.wait !== false }) };
  }
  const settled = settleIdentities(checked.args.identities, ports.defaults.region);
  if ("failures" in settled) return refused(inputs, settled.failures);
  const { domain } = checked.args;
  const args: CheckedArgs = {
    ...checked.args,
    identities: settled.identities,
    previewCheck: ports.previewCheck ?? checked.args.previewCheck,
  };
  const notes: PreviewNotes = { failures: [], warnings: [...warnings], unknown: [] };
  const opened = attempt(notes, "identities", () => args.identities.map((one) => openIdentity(one, ports.clients)));
  const hosts = attempt(notes, "dns", () => args.dns.map((dns) => ports.clients.backend(dns)));
  if (opened === undefined || hosts === undefined) return refused(inputs, notes.failures, notes.warnings);
  const identityNames = settled.identities.map(({ name }) => name);
  const places = attempt(notes, "placement", () => placeAt(domain, identityNames, args.placement, hosts));
  const names = [...new Set(Object.values(places ?? {}).map(({ name }) => name))];
  beginReading(args, names, ports, ctx);
  const arns = remembered.subject === domain ? remembered.arns : {};
  const identities = await openAccounts(opened, domain, arns, notes, ctx);
  if (places === undefined || notes.failures.length > 0) return refused(inputs, notes.failures, notes.warnings);

  const declared = new Set(identities.filter(({ arn }) => caller.keeps(arn)));
  claimIdentities(identities, domain, caller.claim, notes);
  claimKnown(opened, identities, arns, caller.claim);
  const unseen = identities.filter((one) => !isKnown(arns, one));
  await checkNewIdentities(args, unseen, declared, ports, caller, notes, ctx);
  const moved = remembered.subject !== domain || !same(remembered.dns, raw.dns);
  if (moved) await checkZones(hosts, names, raw.dns, notes, ctx);
  if (notes.failures.length > 0) return refused(inputs, notes.failures, notes.warnings);
  const strict = args.previewCheck === "strict";
  return {
    ...notes,
    args,
    inputs,
    arns: knownArnsOf(opened, identities, arns),
    healthy: healthyWord(args),
    strict,
    subject: domain,
  };
}

/** While AWS is asked whose account it is, the name servers can answer. The plan asks for the reading, and sees its failure. */
function beginReading(args: CheckedArgs, names: readonly Fqdn[], { clients, cache }: Ports, ctx: Ctx): void {
  const authority = args.previewCheck === "off" ? undefined : authorityFor(args.dnsCheck, clients);
  if (authority === undefined) return;
  for (const name of names) cache.reading(authority, args.domain, name, ctx).catch(() => undefined);
}

/** Does SES answer in that region, and is the domain there already? By the account's listing: one request for all domains. */
async function checkNewIdentities(
  args: CheckedArgs,
  identities: readonly Located[],
  declared: ReadonlySet<Located>,
  { cache }: Ports,
  caller: Caller,
  notes: PreviewNotes,
  ctx: Ctx,
): Promise<void> {
  await Promise.all(
    identities.map(async (identity) => {
      const { spec, ses } = identity;
      const index = args.identities.findIndex(({ name, region }) => (name ?? region) === (spec.name ?? spec.region));
      const property = `identities[${Math.max(0, index)}]`;
      try {
        const status = await cache.status(ses, args.domain, ctx);
        if (status === undefined) return;
        const said = await meetIdentity(args.domain, identity, args.adopt, caller, declared.has(identity), ctx);
        if (said !== undefined) notes.warnings.push(said);
      } catch (error) {
        const inRegion = error instanceof SesDomainError && error.code === "region-unknown";
        note(notes, inRegion ? `${property}.region` : property, error);
      }
    }),
  );
}

async function checkZones(
  hosts: readonly DnsBackend[],
  names: readonly Fqdn[],
  given: unknown,
  notes: PreviewNotes,
  ctx: Ctx,
): Promise<void> {
  await Promise.all(
    hosts.map(async (host, index) => {
      try {
        for (const name of names) await host.findZone(name, ctx);
      } catch (error) {
        note(notes, Array.isArray(given) ? `dns[${index}]` : "dns", error);
      }
    }),
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(plain(a ?? null)) === JSON.stringify(plain(b ?? null));
}
