import type { Verdict } from "../../authority/authority";
import type { DkimSeen, Finding, IdentitySeen, MailFromSeen, Observations, SpfSeen } from "../../diagnosis/finding";
import { keyText } from "../../dns/record";
import type { Requirement } from "../../dns/requirement";
import { isVerified } from "../verified";
import { gravityOf, type Part, partOf } from "./parts";

export type PartState = "ready" | "not-ready" | "off" | "unknown";

/** How far one part is. */
export interface PartStanding {
  /** `off`: no program asks for it, and SES has none. `unknown`: it could not be learned. */
  readonly state: PartState;
  /** Of the gravest findings on it. */
  readonly codes: readonly string[];
  /** What SES says, where no finding tells why it is not ready. */
  readonly says?: string | undefined;
}

/** One identity's parts; DMARC is the domain's. */
export interface IdentitySending {
  readonly name: string;
  readonly verification: PartStanding;
  readonly dkim: PartStanding;
  readonly mailFrom: PartStanding;
  readonly spf: PartStanding;
  /** Whether something that is asked for, or that SES has, is wrong. */
  readonly wrong: boolean;
  /** Whether something that the program asks for could not be learned. */
  readonly unlearned: boolean;
}

/** Whether the domain is ready to send. */
export interface SendingStanding {
  readonly identities: readonly IdentitySending[];
  /** Over all identities. */
  readonly parts: Readonly<Record<Part, PartStanding>>;
  /** Every identity verified, signed and, where asked for, with a MAIL FROM domain; and a DMARC record that is aligned by DKIM. */
  readonly state: "ready" | "not-ready" | "unknown";
}

interface Seen {
  readonly observations: Observations;
  readonly verdicts: readonly Verdict[];
  readonly findings: readonly Finding[];
}

const OFF: PartStanding = { state: "off", codes: [] };

/** `dmarcOff`: the program does not want DMARC to be looked for. Pure. */
export function sendingOf(seen: Seen, dmarcOff: boolean): SendingStanding {
  const { identities, expected } = seen.observations;
  const names = [
    ...new Set([...identities.map(({ name }) => name), ...expected.map(({ owner: { identity } }) => identity)]),
  ];
  const all = names.map((name) =>
    identityOf(
      name,
      identities.find((one) => one.name === name),
      seen,
    ),
  );
  const parts: Record<Part, PartStanding> = {
    verification: overall(all.map((one) => one.verification)),
    dkim: overall(all.map((one) => one.dkim)),
    mailFrom: overall(all.map((one) => one.mailFrom)),
    spf: overall(all.map((one) => one.spf)),
    dmarc: dmarcOff ? OFF : dmarcOf(seen),
  };
  return { identities: all, parts, state: readiness(all, parts.dmarc) };
}

/** Whether the program asks for DKIM, or SES has it. */
export function hasDkim(dkim: DkimSeen | undefined): boolean {
  if (dkim === undefined) return false;
  const { wanted, status, tokens = [] } = dkim;
  if (wanted !== undefined && wanted !== "keep") return true;
  return tokens.length > 0 || !["NotStarted", "absent", "unknown"].includes(status);
}

/** Whether the program asks for a MAIL FROM domain, or SES has one. */
export function hasMailFrom(mailFrom: MailFromSeen | undefined): boolean {
  return mailFrom?.wanted !== undefined || mailFrom?.domain !== undefined;
}

/** What is wrong with a part that is not asked for, and that SES does not have, is worth knowing, and no more. Pure. */
export function weighed(findings: readonly Finding[], { identities, expected }: Observations): readonly Finding[] {
  const has = (part: Part, whose: readonly string[]) => {
    const own = identities.filter(({ name }) => whose.length === 0 || whose.includes(name));
    const dkim = own.some((one) => hasDkim(one.dkim)) || requires(expected, "dkim", whose);
    const mailFrom = own.some((one) => hasMailFrom(one.mailFrom)) || requires(expected, "mail-from", whose);
    return part === "dkim" ? dkim : part === "dmarc" ? dkim || mailFrom : mailFrom;
  };
  const told = findings.map((one): Finding => {
    const part = partOf(one.code);
    const counts = part === undefined || part === "verification" || has(part, one.identities);
    return counts ? one : { ...one, severity: "note" };
  });
  return told.toSorted((a, b) => gravityOf(a.severity) - gravityOf(b.severity));
}

function requires(expected: readonly Requirement[], purpose: string, whose: readonly string[]): boolean {
  return expected.some(
    ({ owner }) => owner.purpose === purpose && (whose.length === 0 || whose.includes(owner.identity)),
  );
}

function identityOf(name: string, seen: IdentitySeen | undefined, all: Seen): IdentitySending {
  const told = (part: Part) => codesOn(part, name, all.findings);
  const records = (purpose: string) => recordsOf(name, purpose, all);
  const dkim = dkimOf(seen?.dkim, told("dkim"), records("dkim"));
  const mailFrom = mailFromOf(seen?.mailFrom, told("mailFrom"), records("mail-from"));
  const spf = mailFrom.state === "off" ? OFF : spfOf(name, all.observations.spf, told("spf"));
  const signsNot = isWanted(seen?.dkim) && seen.dkim.wanted.signing === false;
  const wrong =
    (dkim.state === "not-ready" && !(signsNot && seen.dkim.status === "Success" && !told("dkim").isError)) ||
    mailFrom.state === "not-ready" ||
    (spf.state === "not-ready" && told("spf").isError);
  const unlearned =
    (dkim.state === "unknown" && seen?.dkim?.wanted !== undefined) ||
    (mailFrom.state === "unknown" && seen?.mailFrom?.wanted !== undefined);
  return { name, verification: verificationOf(seen, told("verification")), dkim, mailFrom, spf, wrong, unlearned };
}

function isWanted(dkim: DkimSeen | undefined): dkim is DkimSeen & { readonly wanted: { readonly signing: boolean } } {
  return dkim?.wanted !== undefined && dkim.wanted !== "keep";
}

interface Told {
  readonly codes: readonly string[];
  readonly isError: boolean;
}

/** The gravest findings on a part of one identity; notes are left out. */
function codesOn(part: Part, name: string, findings: readonly Finding[]): Told {
  const own = findings.filter(
    ({ code, severity, identities }) =>
      severity !== "note" && partOf(code) === part && (identities.length === 0 || identities.includes(name)),
  );
  const isError = own.some(({ severity }) => severity === "error");
  const gravest = own.filter(({ severity }) => (severity === "error") === isError);
  return { codes: [...new Set(gravest.map(({ code }) => code))], isError };
}

/** Whether DNS holds the records that the identity needs for this. */
function recordsOf(name: string, purpose: string, { observations, verdicts }: Seen): "right" | "wrong" | "unknown" {
  const own = observations.expected.filter(({ owner }) => owner.identity === name && owner.purpose === purpose);
  const states = own.flatMap(({ record }) =>
    // SPF is judged by what it says.
    record.type === "TXT" ? [] : [verdicts.find(({ sighting }) => keyText(sighting) === keyText(record))?.state],
  );
  if (states.some((state) => state === "missing" || state === "with-others")) return "wrong";
  return states.every((state) => state === "published") ? "right" : "unknown";
}

function verificationOf(seen: IdentitySeen | undefined, told: Told): PartStanding {
  if (told.isError) return { state: "not-ready", codes: told.codes };
  if (seen === undefined || seen.status === "unknown") return { state: "unknown", codes: told.codes };
  return isVerified(seen)
    ? { state: "ready", codes: told.codes }
    : { state: "not-ready", codes: told.codes, says: seen.status };
}

function dkimOf(dkim: DkimSeen | undefined, told: Told, records: "right" | "wrong" | "unknown"): PartStanding {
  const { codes } = told;
  if (told.isError || records === "wrong") return { state: "not-ready", codes };
  if (dkim === undefined || dkim.status === "unknown") return { state: "unknown", codes };
  if (!hasDkim(dkim)) return OFF;
  if (dkim.status !== "Success") return { state: "not-ready", codes, says: dkim.status };
  if (dkim.signing === false) return { state: "not-ready", codes, says: "signing is off" };
  return { state: dkim.signing === undefined || records === "unknown" ? "unknown" : "ready", codes };
}

function mailFromOf(
  mailFrom: MailFromSeen | undefined,
  told: Told,
  records: "right" | "wrong" | "unknown",
): PartStanding {
  const { codes } = told;
  if (told.isError || records === "wrong") return { state: "not-ready", codes };
  if (mailFrom === undefined || mailFrom.status === "unknown") return { state: "unknown", codes };
  if (!hasMailFrom(mailFrom)) return OFF;
  if (mailFrom.status !== "Success") {
    return { state: "not-ready", codes, says: mailFrom.status === "none" ? "not set at SES" : mailFrom.status };
  }
  return { state: records === "unknown" ? "unknown" : "ready", codes };
}

function spfOf(name: string, all: readonly SpfSeen[] | undefined, told: Told): PartStanding {
  const { codes } = told;
  const passes = all?.find(({ identity }) => identity === name)?.verdict?.passes;
  if (told.isError || passes === false) return { state: "not-ready", codes };
  return { state: passes === undefined ? "unknown" : "ready", codes };
}

/** Why no policy applies: also where that is told in other words. */
const LACKS_DMARC: ReadonlySet<string> = new Set([
  "dmarc-missing",
  "dmarc-several",
  "dmarc-syntax",
  "dmarc-misplaced",
  "not-aligned",
]);

/** Found by RFC 9989 and by RFC 7489, and where SES signs, aligned by the signature. */
function dmarcOf({ observations: { dmarc }, findings }: Seen): PartStanding {
  const told = codesOn(
    "dmarc",
    "",
    findings.map((one) => ({ ...one, identities: [] })),
  );
  const faults = dmarc?.faults.map(({ code }) => code).filter((code) => LACKS_DMARC.has(code)) ?? [];
  const codes = told.codes.length > 0 ? told.codes : [...new Set(faults)];
  if (told.isError) return { state: "not-ready", codes };
  if (dmarc === undefined) return { state: "unknown", codes };
  const ways = [dmarc.discovery.walk, dmarc.discovery.list];
  if (ways.some(({ applied: { kind } }) => kind === "none" || kind === "several")) return { state: "not-ready", codes };
  const signed = dmarc.alignment.identifiers
    .filter(({ by }) => by === "dkim")
    .flatMap(({ walk, list }) => [walk, list]);
  if (signed.includes("not-aligned")) return { state: "not-ready", codes };
  const unknown = ways.some(({ applied: { kind } }) => kind === "unknown") || signed.includes("unknown");
  return { state: unknown ? "unknown" : "ready", codes };
}

/** The worst that holds of any; what is off for some and ready for the rest is ready. */
function overall(all: readonly PartStanding[]): PartStanding {
  const order: readonly PartState[] = ["not-ready", "unknown", "ready", "off"];
  const state = order.find((one) => all.some((each) => each.state === one)) ?? "unknown";
  const codes = [...new Set(all.filter((one) => one.state === state).flatMap((one) => one.codes))];
  return { state, codes };
}

function readiness(identities: readonly IdentitySending[], dmarc: PartStanding): SendingStanding["state"] {
  const states = [
    dmarc.state === "off" ? "not-ready" : dmarc.state,
    ...identities.flatMap(({ verification, dkim, mailFrom, spf }) => [
      verification.state,
      dkim.state === "off" ? "not-ready" : dkim.state,
      mailFrom.state === "off" ? "ready" : mailFrom.state,
      spf.state === "off" ? "ready" : spf.state,
    ]),
  ];
  if (states.includes("not-ready")) return "not-ready";
  return states.includes("unknown") || identities.length === 0 ? "unknown" : "ready";
}
