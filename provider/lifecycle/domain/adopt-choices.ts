import type { Fqdn } from "../../core/fqdn";
import type { IdentityDetails, KeyLength, OnMxFailure } from "../../ses/port";
import { labelFault } from "../arguments/mail-from";
import type { Placement } from "../arguments/types";
import type { FoundIdentity } from "../identity/find";
import type { Props } from "../lifecycle";
import { EASY_DKIM } from "../sending/state";
import { mailFromLabel } from "../sending/wish";

/** An identity that is imported, with all that SES tells of it. */
export type ReadIdentity = FoundIdentity & { readonly details: IdentityDetails };

type DkimChoice = { readonly keyLength?: KeyLength; readonly signing?: false } | "keep" | undefined;
type MailFromChoice = { readonly domain: Fqdn; readonly onMxFailure: OnMxFailure } | undefined;

/** What a program says of an imported domain, beyond its defaults. By identity name where each identity may have its own. */
export interface Choices {
  readonly dkim: Readonly<Record<string, DkimChoice>>;
  readonly mailFrom: Readonly<Record<string, MailFromChoice>>;
  readonly placement: Placement;
  readonly ttl: number | undefined;
  readonly configurationSet: string | undefined;
  readonly feedbackForwarding: false | undefined;
  readonly wait: "verified" | false | undefined;
}

/** SES's default (SESv2 API reference, DkimSigningAttributes). */
const DEFAULT_KEY_LENGTH = 2048;

/** What SES has of the identities, as a program asks for it. */
export function choicesOf(identities: readonly ReadIdentity[]): Choices {
  const byName = <T>(read: (details: IdentityDetails) => T) =>
    Object.fromEntries(identities.map(({ spec, details }) => [spec.name, read(details)]));
  // Of an identity that is only used, other tools set these.
  const isOurs = identities.every(({ adopted }) => !adopted);
  const sets = new Set(identities.map(({ details }) => details.configurationSet));
  const [configurationSet] = sets;
  const isSilent = identities.every(({ details }) => details.feedbackForwarding === false);
  return {
    dkim: byName(dkimOf),
    mailFrom: byName(({ mailFrom: { domain, onMxFailure } }) => domain && { domain, onMxFailure }),
    placement: "auto",
    ttl: undefined,
    configurationSet: isOurs && sets.size === 1 ? configurationSet : undefined,
    feedbackForwarding: isOurs && isSilent ? false : undefined,
    wait: undefined,
  };
}

function dkimOf({ dkim }: IdentityDetails): DkimChoice {
  const { origin = EASY_DKIM, status, tokens, signing } = dkim;
  // A key of another kind is watched: it is set up elsewhere.
  if (origin !== EASY_DKIM) return "keep";
  if (status === "NotStarted" || tokens.length === 0) return undefined;
  const keyLength = dkim.nextKeyLength ?? dkim.keyLength ?? DEFAULT_KEY_LENGTH;
  return { ...(keyLength === DEFAULT_KEY_LENGTH ? {} : { keyLength }), ...(signing ? {} : { signing: false }) };
}

/** `identities`: as the program names them; undefined where it leaves them out. */
export function inputsOf(
  domain: Fqdn,
  choices: Choices,
  identities: readonly { readonly region: string }[] | undefined,
  dns: readonly Props[],
): Props {
  const dkim = shared(choices.dkim, writtenDkim);
  const mailFrom = sharedMailFrom(domain, choices.mailFrom);
  const named = identities?.map(({ region }) => ({ region, ...dkim.own[region], ...mailFrom.own[region] }));
  const [host] = dns;
  const { placement, ttl, configurationSet, feedbackForwarding, wait } = choices;
  return withoutUndefined({
    domain,
    identities: named,
    dns: dns.length > 1 ? dns : host,
    placement: placement === "auto" ? undefined : placement,
    ttl,
    ...dkim.all,
    ...mailFrom.all,
    configurationSet,
    feedbackForwarding,
    wait,
  });
}

interface Written {
  /** For the resource. */
  readonly all: Props;
  /** By identity name. */
  readonly own: Readonly<Record<string, Props>>;
}

function writtenDkim(choice: DkimChoice): Props {
  if (choice === undefined) return {};
  if (choice === "keep") return { dkim: choice };
  return { dkim: Object.keys(choice).length === 0 ? true : choice };
}

/** What all identities say alike is said once. */
function shared<Choice>(choices: Readonly<Record<string, Choice>>, write: (choice: Choice) => Props): Written {
  const own = Object.fromEntries(Object.entries(choices).map(([name, choice]) => [name, write(choice)]));
  const [first = {}, ...others] = Object.values(own);
  const isShared = others.every((one) => JSON.stringify(one) === JSON.stringify(first));
  return isShared ? { all: first, own: {} } : { all: {}, own };
}

/** A label that is said once is completed by each identity's name where there are several. */
function sharedMailFrom(domain: Fqdn, choices: Choices["mailFrom"]): Written {
  const entries = Object.entries(choices);
  const [first] = entries;
  if (first === undefined || entries.length === 1) {
    return shared(choices, (choice) => (choice === undefined ? {} : { mailFrom: writtenMailFrom(domain, choice) }));
  }
  const [name, choice] = first;
  const label = choice && labelIn(domain, choice.domain);
  const ending = `-${name}`.toLowerCase();
  const stem = label?.endsWith(ending) ? label.slice(0, -ending.length) : undefined;
  const isShared = entries.every(
    ([own, each]) =>
      stem !== undefined &&
      each?.onMxFailure === choice?.onMxFailure &&
      each?.domain === `${mailFromLabel(stem, own)}.${domain}`,
  );
  if (stem !== undefined && stem !== "" && choice !== undefined && isShared) {
    return { all: { mailFrom: labelled(stem, choice.onMxFailure) }, own: {} };
  }
  const own = entries.map(([own, each]) => [own, each ? { mailFrom: writtenMailFrom(domain, each) } : {}]);
  return { all: {}, own: Object.fromEntries(own) };
}

function writtenMailFrom(domain: Fqdn, { domain: whole, onMxFailure }: NonNullable<MailFromChoice>): unknown {
  const label = labelIn(domain, whole);
  if (label !== undefined) return labelled(label, onMxFailure);
  return onMxFailure === "default" ? { domain: whole } : { domain: whole, onMxFailure };
}

function labelled(label: string, onMxFailure: OnMxFailure): unknown {
  return onMxFailure === "default" ? label : { label, onMxFailure };
}

/** Undefined where the name is not one label below the domain. */
function labelIn(domain: Fqdn, whole: Fqdn): string | undefined {
  const label = whole.endsWith(`.${domain}`) ? whole.slice(0, -domain.length - 1) : undefined;
  return label === undefined || labelFault(label) !== undefined ? undefined : label;
}

function withoutUndefined(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}
