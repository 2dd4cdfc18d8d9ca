import { child, type Fqdn } from "../../core/fqdn";
import type { OnMxFailure } from "../../ses/port";
import type { CheckedArgs, CheckedDkim, CheckedIdentity, CheckedMailFrom } from "../arguments/types";
import { feedbackHost } from "./feedback-host";

/** A MAIL FROM domain, and the host that takes its bounces. */
export interface WantedMailFrom {
  readonly domain: Fqdn;
  readonly onMxFailure: OnMxFailure;
  readonly exchange: Fqdn;
}

/** What the program asks for an identity, in addition to its verification. */
export interface SendingWish {
  readonly dkim: CheckedDkim;
  readonly mailFrom: WantedMailFrom | false;
}

type Asked = Pick<CheckedArgs, "domain" | "identities" | "dkim" | "mailFrom">;

/** By identity name, each identity's own argument before that of the resource. Pure. */
export function wishesOf(args: Asked): Readonly<Record<string, SendingWish>> {
  return Object.fromEntries(args.identities.map((identity) => [nameOf(identity), wishOf(args, identity)]));
}

/** Whether any of it is asked for: without, nothing is looked at but the verification. */
export function asksForSending(args: Asked): boolean {
  return Object.values(wishesOf(args)).some(({ dkim, mailFrom }) => dkim !== false || mailFrom !== false);
}

function nameOf({ name, region }: CheckedIdentity): string {
  return name ?? region ?? "";
}

function wishOf(args: Asked, identity: CheckedIdentity): SendingWish {
  const { dkim = args.dkim, mailFrom = args.mailFrom } = identity;
  return { dkim, mailFrom: mailFrom === false ? false : mailFromOf(args, identity, mailFrom) };
}

/** With several identities each has a name of its own, unless it names one: SES takes no MAIL FROM domain with two MX records. */
function mailFromOf(
  { domain, identities }: Asked,
  identity: CheckedIdentity,
  { label = "bounce", domain: whole, onMxFailure, mx }: Exclude<CheckedMailFrom, false>,
): WantedMailFrom {
  const own = identity.mailFrom !== undefined || identities.length === 1;
  const name = whole ?? child(own ? label : `${label}-${nameOf(identity)}`.toLowerCase(), domain);
  return { domain: name, onMxFailure, exchange: mx ?? feedbackHost(identity.region ?? "") };
}
