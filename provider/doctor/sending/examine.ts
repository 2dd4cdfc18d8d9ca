import type { Verdict } from "../../authority/authority";
import { judge } from "../../authority/judge";
import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { IdentitySeen, Observations } from "../../diagnosis/finding";
import { keyText, type RecordKey } from "../../dns/record";
import { type Requirement, valuesAt } from "../../dns/requirement";
import type { Clients } from "../../lifecycle/observation/clients";
import { lookAtSending } from "../../lifecycle/observation/sending";
import type { Identifier } from "../../mail/dmarc/alignment";
import type { IdentityInfo } from "../../ses/port";
import type { IdentityCheck } from "../identity-check";
import type { Subject } from "../subject";
import { readAccounts, readAddresses, type SendingPorts } from "./ask";
import { sendingRecords } from "./records";
import { hasDkim, hasMailFrom } from "./standing";

export interface ExaminePorts {
  readonly clients: Pick<Clients, "authority">;
  readonly sending: SendingPorts;
}

/** What SES says of each identity's DKIM and MAIL FROM. */
export interface SendingAsked {
  readonly checks: readonly IdentityCheck[];
  readonly identities: readonly IdentitySeen[];
  /** Of SES's last look for the TXT record, by identity name, where it was told with the rest. */
  readonly infos: ReadonlyMap<string, IdentityInfo>;
}

/** What was seen of the records and settings that make the domain ready to send. */
export interface SendingExamined {
  readonly identities: readonly IdentitySeen[];
  readonly expected: readonly Requirement[];
  readonly seen: Partial<Observations> & Pick<Observations, "sightings" | "unread" | "probes">;
  readonly verdicts: readonly Verdict[];
}

export async function askSending(
  subject: Subject,
  checks: readonly IdentityCheck[],
  ports: Pick<ExaminePorts, "sending">,
  ctx: Ctx,
): Promise<SendingAsked> {
  const answers = await Promise.all(checks.map((one) => withSending(one, subject, ports.sending, ctx)));
  const identities = answers.map(({ seen: one }) => one);
  const infos = new Map(
    answers.flatMap(({ seen: { name }, last }) => (last === undefined ? [] : [[name, last] as const])),
  );
  return { checks, identities, infos };
}

/**
 * Looks at the records that follow from what SES says. `full`: asks of the account, too. Reads only. Undefined where SES was not
 * asked and no record is known.
 */
export async function lookForSending(
  { domain, sending, dnsCheck }: Subject,
  { checks, identities }: SendingAsked,
  ports: ExaminePorts,
  full: boolean,
  ctx: Ctx,
): Promise<SendingExamined | undefined> {
  const stated = sending?.requirements ?? [];
  if (checks.length === 0 && stated.length === 0) return undefined;
  const { expected, former } = sendingRecords(domain, identities, stated);
  const isOn = identities.some((one) => hasDkim(one.dkim) || hasMailFrom(one.mailFrom));
  const asked = checks.flatMap(({ port, seen: { status, accountId } }) =>
    port === undefined || status === "unknown" ? [] : [{ port, accountId }],
  );
  const [seen, accounts, addresses] = await Promise.all([
    lookAtSending(domain, expected, former, ports.clients.authority(dnsCheck), ctx, {
      dmarc: sending?.dmarc !== false,
      identifiers: identifiersOf(domain, identities),
    }),
    full ? readAccounts(asked, ports.sending, ctx) : [],
    full && isOn ? readAddresses(domain, asked, ctx) : [],
  ]);
  const verdicts = seen.sightings.map((each) => judgeSending(each, expected, seen.spf));
  // Where no program declares it, what SES has is what is asked for.
  const verificationOnly = sending?.verificationOnly ?? !isOn;
  return { identities, expected, seen: { ...seen, former, accounts, addresses, verificationOnly }, verdicts };
}

/** Mail is signed for the domain itself, whosever the key is. */
function identifiersOf(domain: Fqdn, identities: readonly IdentitySeen[]): readonly Identifier[] {
  const isSigned = identities.some(({ dkim }) => hasDkim(dkim));
  const senders = new Set(identities.flatMap(({ mailFrom: seen }) => seen?.wanted?.domain ?? seen?.domain ?? []));
  return [
    ...(isSigned ? [{ by: "dkim" as const, identifier: domain }] : []),
    ...[...senders].map((identifier) => ({ by: "spf" as const, identifier })),
  ];
}

async function withSending(
  { identity, seen: { token: _, ...seen }, port }: IdentityCheck,
  { domain }: Subject,
  ports: SendingPorts,
  ctx: Ctx,
): Promise<{ readonly seen: IdentitySeen; readonly last?: IdentityInfo | undefined }> {
  const wanted = identity.sending?.wanted ?? {};
  const dkim = { wanted: wanted.dkim?.wanted, readyBefore: wanted.dkim?.readyBefore ?? false };
  const mailFrom = { wanted: wanted.mailFrom?.wanted, readyBefore: wanted.mailFrom?.readyBefore ?? false };
  if (port === undefined || seen.status === "unknown") {
    const unknown = { status: "unknown", unknownBecause: seen.unknownBecause } as const;
    return { seen: { ...seen, dkim: { ...unknown, ...dkim }, mailFrom: { ...unknown, ...mailFrom } } };
  }
  if (seen.status === "absent") {
    const absent = { status: "absent" } as const;
    return { seen: { ...seen, dkim: { ...absent, ...dkim }, mailFrom: { ...absent, ...mailFrom } } };
  }
  const { info, ...parts } = await ports.seen(port, domain, { wanted, zone: identity.sending?.zone }, ctx);
  return { seen: { ...seen, ...parts }, last: info };
}

/** As each set has to be: a record that has to be alone, alone; an SPF record that lets SES send, as it is. */
function judgeSending(
  sighting: Verdict["sighting"],
  expected: readonly Requirement[],
  spf: Observations["spf"],
): Verdict {
  const here = expected.filter(({ record }) => keyText(record) === keyText(sighting));
  const alone = here.some(({ sharing }) => sharing === "alone" || sharing === "own-name");
  return judge(sighting, wantedAt(here, sighting, spf), alone ? "alone" : "with-others");
}

function wantedAt(here: readonly Requirement[], key: RecordKey, spf: Observations["spf"]): readonly string[] {
  const passing = spf?.find(({ name, verdict }) => name === key.name && verdict?.passes === true)?.verdict?.record;
  return key.type === "TXT" && passing !== undefined ? [passing.text] : valuesAt(here, key);
}
