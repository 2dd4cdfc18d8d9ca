import type { AuthorityOptions } from "../../authority/authority";
import { domainOf, type EmailAddress } from "../../core/address";
import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import { listed } from "../../core/words";
import { diagnoseAddress, toReport } from "../../diagnosis/diagnose";
import type { AddressIdentitySeen, AddressObservations, Finding } from "../../diagnosis/finding";
import { maySend } from "../../lifecycle/address/goal";
import { type HowToLook, observeAddress } from "../../lifecycle/address/observe";
import { meantDomain } from "../../lifecycle/arguments/address";
import { expectedAccount } from "../../lifecycle/identity/open";
import type { Clients } from "../../lifecycle/observation/clients";
import type { Watched } from "../../lifecycle/observation/observe";
import { notAskable } from "../identity-check";
import type { CheckupOutcome } from "../report";
import type { SubjectIdentity } from "../subject";
import { type IdentityUsers, readUsers } from "../users";
import { commandWithResolver } from "../with-resolver";

/** One address to look at, from the command line or from a stack's state. */
export interface AddressSubject {
  readonly address: EmailAddress;
  readonly identities: readonly SubjectIdentity[];
  readonly dnsCheck: AuthorityOptions;
  /** Whether a program declares it. */
  readonly declared: boolean;
}

/** What was seen of one address, and what is to be said about it. */
export interface AddressReport {
  readonly observations: AddressObservations;
  readonly findings: readonly Finding[];
  readonly outcome: CheckupOutcome;
  /** Of the identities that SES has; empty where that was not asked. */
  readonly users: readonly IdentityUsers[];
  /** Why SES was not asked, where no identity was named. */
  readonly notAsked: string | undefined;
  /** What to do about that; the end of `notAsked`. */
  readonly notAskedHint?: string | undefined;
}

/**
 * Looks at one address: SES's status, and where a link has yet to be followed, all that may keep its mail away. Reads
 * only. `fresh`: SES is asked about it by itself; else the account's list answers for many at once.
 */
export async function checkUpAddress(
  { address, identities, dnsCheck, declared }: AddressSubject,
  clients: Clients,
  { fresh, users }: { readonly fresh: boolean; readonly users: boolean },
  ctx: Ctx,
): Promise<AddressReport> {
  ctx.log.status(`${address}: asking SES in ${listed(identities.map(({ name }) => name))}, and DNS`);
  const authority = clients.authority(dnsCheck);
  const { seen: all, watched, leftOut } = await askAddress({ address, identities }, clients, { authority, fresh }, ctx);
  const domain = domainOf(address);
  const observations =
    all.identities.length > 0
      ? all
      : { ...all, mail: await authority.mailRoute(domain, ctx), meant: meantDomain(domain) };
  const findings = toReport(diagnoseAddress({ ...observations, declared, inDoctor: true })).map((one) =>
    commandWithResolver(one, dnsCheck, identities),
  );
  const there = all.identities.filter(({ status }) => status !== "absent" && status !== "unknown");
  const used = await Promise.all(
    there.map(({ name }) => {
      const ses = users ? watched.find((one) => one.name === name)?.ses : undefined;
      const mark = identities.find((one) => one.name === name)?.mark;
      return ses && readUsers(address, { name, mark, declared }, ses, ctx);
    }),
  );
  return {
    observations,
    findings,
    outcome: outcomeOf(observations, findings),
    users: used.filter((one) => one !== undefined),
    notAsked: leftOut?.because,
    notAskedHint: leftOut?.hint,
  };
}

/** What SES says of one address, with what could not be learned; without an `authority`, SES alone is asked. */
export async function askAddress(
  { address, identities }: Pick<AddressSubject, "address" | "identities">,
  clients: Pick<Clients, "ses">,
  how: HowToLook,
  ctx: Ctx,
): Promise<AddressAsked> {
  const opened = await Promise.all(identities.map((identity) => open(identity, clients, ctx)));
  const watched = opened.flatMap((one) => ("watched" in one ? [one.watched] : []));
  const seen = await observeAddress(address, watched, how, ctx);
  const unknown = opened.flatMap((one) => ("unknown" in one ? [one.unknown] : []));
  return {
    seen: { ...seen, identities: [...seen.identities, ...unknown] },
    watched,
    leftOut: opened.flatMap((one) => ("leftOut" in one ? [one.leftOut] : []))[0],
  };
}

interface AddressAsked {
  readonly seen: AddressObservations;
  readonly watched: readonly Watched[];
  readonly leftOut: LeftOut | undefined;
}

/** Why SES cannot be asked where no identity was named. */
interface LeftOut {
  readonly because: string;
  readonly hint: string | undefined;
}

type Opened = { readonly watched: Watched } | { readonly unknown: AddressIdentitySeen } | { readonly leftOut: LeftOut };

async function open(identity: SubjectIdentity, clients: Pick<Clients, "ses">, ctx: Ctx): Promise<Opened> {
  const { name, spec, leaveOutFor } = identity;
  try {
    const ses = clients.ses(spec);
    const account = await expectedAccount(
      { spec: { ...spec, name, region: ses.region }, ses },
      identity.accountId,
      ctx,
    );
    return { watched: { name, ses, accountId: account.id, verifiedBefore: false } };
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    const unknown = { ...notAskable(identity, error), verifiedBefore: false };
    if (!leaveOutFor.includes(error.code)) return { unknown };
    return { leftOut: { because: unknown.unknownBecause, hint: unknown.unknownHint } };
  }
}

/** Pure. Whether mail can be sent is SES's status; the way of its mail only tells why it may never arrive. */
function outcomeOf({ identities }: AddressObservations, findings: readonly Finding[]): CheckupOutcome {
  if (identities.length > 0 && identities.every(maySend)) return "healthy";
  const unverified = identities.some((one) => one.status !== "unknown" && !maySend(one));
  return unverified || findings.some(({ code }) => code.startsWith("mail-") || code.startsWith("address-"))
    ? "problems"
    : "unknown";
}
