import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { plain } from "../../core/plain";
import type { DnsBackend } from "../../dns/backend";
import type { IdentityDetails, SesPort } from "../../ses/port";
import { settleArgs } from "../arguments/settle";
import type { CheckedArgs, CheckResult } from "../arguments/types";
import { attempt, note, openDeclared, openNotes, type PreviewNotes } from "../identity/accounts";
import { type Declaration, declareIdentities, knownArns, unchecked } from "../identity/declare";
import { meetAhead } from "../identity/meet-ahead";
import type { Meeting } from "../identity/meeting";
import type { OpenIdentity } from "../identity/open";
import type { Caller, Checked, Ports, Props, Remembered } from "../lifecycle";
import { authorityFor } from "../observation/clients";
import { healthyWord, strictBy } from "../observation/words";
import { placeAt } from "../records/place";
import { contradictions } from "../sending/contradictions";
import { asksForSending, type SendingWish, wishesOf } from "../sending/wish";
import { sightOf } from "./sight";

/** `args`: those of the last run, where the program asks for other parts now. */
type RememberedDomain = Remembered & { readonly args?: CheckedArgs | undefined };

/**
 * Holds a program's arguments against the rules, the credentials, the DNS hosts, and what else this run declares. Reads
 * only. `checked`: what the rules made of `raw`.
 */
export async function checkDomainResource(
  checked: CheckResult,
  raw: Props,
  remembered: RememberedDomain,
  caller: Caller,
  ports: Ports,
  ctx: Ctx,
): Promise<Checked<CheckedArgs>> {
  if (checked.kind === "refused") return unchecked(raw, checked);
  const inputs = { ...raw, domain: checked.args.domain };
  const settled = settleArgs(checked, ports);
  if ("failures" in settled) {
    const healthy = healthyWord({ wait: checked.args.wait !== false });
    const { domain: subject, identities, adopt } = checked.args;
    const use = { subject, identities, adopt, isThere: isListed(ports) };
    const ahead = settled.failures.length > 0 ? openNotes() : await meetAhead(use, remembered, caller, ports, ctx);
    const warnings = [...checked.warnings, ...ahead.warnings];
    return { ...unchecked(inputs, { ...settled, warnings, met: ahead.met }), healthy };
  }
  const { args } = settled;
  const { domain } = args;
  const notes = openNotes(checked.warnings);
  const opened = openDeclared(args.identities, knownArns(domain, remembered), ports.clients, notes);
  const hosts = attempt(notes, "dns", () => args.dns.map((dns) => ports.clients.backend(dns)));
  if (opened === undefined || hosts === undefined) return unchecked(inputs, notes);
  const identityNames = opened.map(({ spec }) => spec.name);
  const places = attempt(notes, "placement", () => placeAt(domain, identityNames, args.placement, hosts));
  const names = [...new Set(Object.values(places ?? {}).map(({ name }) => name))];
  beginReading(args, names, ports, ctx);
  const declaration: Declaration = {
    subject: domain,
    opened,
    adopt: args.adopt,
    isThere: (identity) => isListed(ports)(identity, domain, ctx),
    sight: (identity) => sightOf(identity, { args, hosts, place: places?.[identity.spec.name] }, ports, ctx),
  };
  const arns = await declareIdentities(declaration, remembered, caller, notes, ctx);
  if (notes.failures.length > 0) return unchecked(inputs, notes);
  await checkSending({ args, opened, met: notes.met, remembered, ports }, notes, ctx);
  if (notes.failures.length > 0) return unchecked(inputs, notes);
  const moved = remembered.subject !== domain || !same(remembered.dns, raw.dns);
  if (moved) await checkZones(hosts, names, raw.dns, notes, ctx);
  if (notes.failures.length > 0) return unchecked(inputs, notes);
  const strict = args.previewCheck === "strict";
  const by = strictBy(ports.previewCheck);
  return { ...notes, args, inputs, arns, healthy: healthyWord(args), strict, strictBy: by, subject: domain };
}

/**
 * Holds what SES has against the program, where the program asks for it since the last run, or meets an identity: a request
 * each, which tells what the batched requests do not.
 */
async function checkSending(
  {
    args,
    opened,
    met,
    remembered,
    ports,
  }: {
    readonly args: CheckedArgs;
    readonly opened: readonly OpenIdentity[];
    readonly met: readonly Meeting[];
    readonly remembered: RememberedDomain;
    readonly ports: Ports;
  },
  notes: PreviewNotes,
  ctx: Ctx,
): Promise<void> {
  const wishes = wishesOf({ ...args, identities: opened.map(({ spec }) => spec) });
  const asks = asksForSending(args) || args.configurationSet !== undefined;
  const isChanged = remembered.sending !== undefined && !remembered.sending.isSame;
  if (!asks || args.previewCheck === "off") return;
  await Promise.all(
    opened.map(async ({ spec, ses }, index) => {
      const meeting = met.find(({ region, accountId }) => region === spec.region && isOf(accountId, spec.accountId));
      const wish = wishes[spec.name];
      if (wish === undefined) return;
      try {
        const isAsked = meeting !== undefined || isChanged;
        if (!isAsked && !(await isSetOtherwise({ spec, ses }, { args, wish, remembered, ports }, ctx))) return;
        const details = await ses.details(args.domain, ctx);
        if (typeof details === "string") return;
        const known = withoutOwn(details, spec.name, remembered.args);
        let found = contradictions(known, wish, args, meeting?.goes ?? args.adopt === "own");
        // Of one that an earlier run had, the tags tell whose it is.
        if (found.length > 0 && meeting === undefined && (await isMade(ses, args.domain, ctx))) {
          found = contradictions(known, wish, args, true);
        }
        for (const { property, reason } of found) {
          const own = property !== "configurationSet" && spec[property] !== undefined;
          notes.failures.push({ property: own ? `identities[${index}].${property}` : property, reason });
        }
      } catch (error) {
        if (!(error instanceof SesDomainError)) throw error;
        notes.unknown.push(explain(error));
      }
    }),
  );
}

/**
 * Whether SES has another MAIL FROM domain than the program, or signs otherwise, as the batched requests tell. An identity that is
 * only used is not changed.
 */
async function isSetOtherwise(
  { spec, ses }: OpenIdentity,
  {
    args: { adopt, domain, dnsCheck },
    wish,
    remembered,
    ports,
  }: {
    readonly args: CheckedArgs;
    readonly wish: SendingWish;
    readonly remembered: Remembered;
    readonly ports: Ports;
  },
  ctx: Ctx,
): Promise<boolean> {
  if (adopt === "own" || remembered.arns[spec.name] === undefined) return false;
  const wants = { dkim: typeof wish.dkim === "object", mailFrom: wish.mailFrom !== false };
  if (!wants.dkim && !wants.mailFrom) return false;
  try {
    const seen = await ports.cache.sending(ses, domain, wants, ctx, authorityFor(dnsCheck, ports.clients));
    const isSigning = typeof wish.dkim === "object" ? wish.dkim.signing : undefined;
    const isSetUp = seen.dkim !== undefined && seen.dkim.status !== "NotStarted" && seen.dkim.tokens.length > 0;
    if (isSigning !== undefined && isSetUp && seen.dkim?.signing !== isSigning) return true;
    const other = seen.mailFrom?.domain;
    return wish.mailFrom !== false && other !== undefined && other !== wish.mailFrom.domain;
  } catch (error) {
    // The plan tells what could not be learned.
    if (!(error instanceof SesDomainError)) throw error;
    return false;
  }
}

/** Without what the last run set as its program said: that may be set otherwise. */
function withoutOwn(details: IdentityDetails, name: string, before: CheckedArgs | undefined): IdentityDetails {
  if (before === undefined) return details;
  const { mailFrom, configurationSet } = details;
  const wish = wishesOf(before)[name]?.mailFrom;
  const isOwn = wish !== undefined && wish !== false && wish.domain === mailFrom.domain;
  return {
    ...details,
    mailFrom: isOwn ? { ...mailFrom, domain: undefined } : mailFrom,
    configurationSet: configurationSet === before.configurationSet ? undefined : configurationSet,
  };
}

/** Whether this package made it or took it over, as its tags tell; where they cannot be read, the state decides in `up`. */
async function isMade(ses: SesPort, domain: Fqdn, ctx: Ctx): Promise<boolean> {
  const register = await ses.register(domain, ctx);
  return typeof register === "string" || register.made;
}

function isOf(accountId: string, wanted: string | undefined): boolean {
  return wanted === undefined || wanted === accountId;
}

/** By the account's listing: one request for all domains. */
function isListed({ cache }: Ports) {
  return async ({ ses }: Pick<OpenIdentity, "ses">, domain: Fqdn, ctx: Ctx): Promise<boolean> =>
    (await cache.status(ses, domain, ctx)) !== undefined;
}

/** While AWS is asked whose account it is, the name servers can answer. The plan asks for the reading, and sees its failure. */
function beginReading(args: CheckedArgs, names: readonly Fqdn[], { clients, cache }: Ports, ctx: Ctx): void {
  const authority = args.previewCheck === "off" ? undefined : authorityFor(args.dnsCheck, clients);
  if (authority === undefined) return;
  for (const name of names) cache.reading(authority, args.domain, name, ctx).catch(() => undefined);
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
