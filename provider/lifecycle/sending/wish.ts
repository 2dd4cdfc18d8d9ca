import { child, type Fqdn } from "../../core/fqdn";
import type { OnMxFailure } from "../../ses/port";
import type { CheckedArgs, CheckedDkim, CheckedIdentity, CustomMailFrom } from "../arguments/types";
import { feedbackHost } from "./feedback-host";

/** A MAIL FROM domain, and the host that takes its bounces. */
interface WantedMailFrom {
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

const DEFAULT_LABEL = "bounce";

/** By identity name, each identity's own argument before that of the resource. Pure. The regions have to be settled. */
export function wishesOf(args: Asked): Readonly<Record<string, SendingWish>> {
  return Object.fromEntries(args.identities.map((identity) => [nameOf(identity), wishOf(args, identity)]));
}

/** Whether any of it is asked for: without, nothing is looked at but the verification. */
export function asksForSending(args: Asked): boolean {
  return args.identities.some(({ dkim = args.dkim, mailFrom = args.mailFrom }) => dkim !== false || mailFrom !== false);
}

/**
 * Whether an identity's name is part of its MAIL FROM domain, where the program gives no whole one: of several identities
 * each has a label of its own, since SES takes no MAIL FROM domain with two MX records.
 */
export function isLabelMade(count: number, ownLabel: string | undefined): boolean {
  return count > 1 && ownLabel === undefined;
}

/** The label of a MAIL FROM domain, not judged yet. `name`: of the identity, where it is part of it. */
export function mailFromLabel(label: string = DEFAULT_LABEL, name?: string): string {
  return name === undefined ? label : `${label}-${name}`.toLowerCase();
}

function nameOf({ name, region }: CheckedIdentity): string {
  return name ?? region ?? "";
}

function wishOf(args: Asked, identity: CheckedIdentity): SendingWish {
  const { dkim = args.dkim, mailFrom = args.mailFrom } = identity;
  return { dkim, mailFrom: mailFrom === false ? false : mailFromOf(args, identity, mailFrom) };
}

function mailFromOf(
  { domain, identities }: Asked,
  identity: CheckedIdentity,
  { label, domain: whole, onMxFailure, mx }: CustomMailFrom,
): WantedMailFrom {
  const ownLabel = identity.mailFrom === undefined ? undefined : label;
  const made = isLabelMade(identities.length, ownLabel);
  const name = whole ?? child(mailFromLabel(label, made ? nameOf(identity) : undefined), domain);
  return { domain: name, onMxFailure, exchange: mx ?? feedbackHost(identity.region ?? "") };
}
