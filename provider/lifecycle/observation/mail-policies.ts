import type { Authority, Sighting } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { Observations, SpfSeen } from "../../diagnosis/finding";
import { dataText, type Requirement } from "../../dns/requirement";
import type { Identifier } from "../../mail/dmarc/alignment";
import { inspectDmarc } from "../../mail/dmarc/inspect";
import { type LookTxt, lookOnce } from "../../mail/seen";
import { judgeSpf } from "../../mail/spf/judge";
import { parseSpf } from "../../mail/spf/parse";
import { SES_INCLUDES, uselessSpf } from "../../mail/spf/ses";
import { openLookTxt, openOtherLookup } from "./mail-records";

/** What is looked at in addition to the records of `expected`. */
export interface FurtherLooks {
  /** The DMARC policy for mail from the domain, and the SPF record at the domain itself. Default false. */
  readonly dmarc?: boolean | undefined;
  /** The domains that mail from the domain is signed with and sent from. Default: those of `expected`. */
  readonly identifiers?: readonly Identifier[] | undefined;
}

/**
 * SPF at the MAIL FROM names of `expected`, and DMARC where it is asked for. `sightings`: what was looked at already. Each name is
 * looked at once. What is not read is unknown.
 */
export async function lookAtMail(
  domain: Fqdn,
  expected: readonly Requirement[],
  sightings: readonly Sighting[],
  authority: Authority,
  ctx: Ctx,
  { dmarc = false, identifiers = identifiersIn(domain, expected) }: FurtherLooks,
): Promise<Pick<Observations, "spf" | "dmarc">> {
  const look = lookOnce(openLookTxt(authority, ctx, sightings));
  const policies = expected.filter(({ owner, record }) => owner.purpose === "mail-from" && record.type === "TXT");
  const wasRead = ({ record }: Requirement) =>
    sightings.some(({ name, type }) => name === record.name && type === "TXT");
  const [spf, inspection] = await Promise.all([
    Promise.all(
      policies.map((one, index) =>
        wasRead(one)
          ? spfOf(domain, one, expected, { look, authority, ctx, atDomain: dmarc && index === 0 })
          : { identity: one.owner.identity, name: one.record.name, verdict: undefined },
      ),
    ),
    dmarc ? inspectDmarc(domain, identifiers, look) : undefined,
  ]);
  return { ...(spf.length > 0 && { spf }), ...(inspection && { dmarc: inspection }) };
}

/** The signature has the identity's domain. */
function identifiersIn(domain: Fqdn, expected: readonly Requirement[]): readonly Identifier[] {
  const isSigned = expected.some(({ owner }) => owner.purpose === "dkim");
  const senders = new Set(
    expected.flatMap(({ owner, record }) => (owner.purpose === "mail-from" ? [record.name] : [])),
  );
  return [
    ...(isSigned ? [{ by: "dkim" as const, identifier: domain }] : []),
    ...[...senders].map((identifier) => ({ by: "spf" as const, identifier })),
  ];
}

interface SpfLook {
  readonly look: LookTxt;
  readonly authority: Authority;
  readonly ctx: Ctx;
  /** Whether the record at the domain itself is looked at, too: once for all identities. */
  readonly atDomain: boolean;
}

async function spfOf(
  domain: Fqdn,
  requirement: Requirement,
  expected: readonly Requirement[],
  { look, authority, ctx, atDomain }: SpfLook,
): Promise<SpfSeen> {
  const { name } = requirement.record;
  const { identity } = requirement.owner;
  const sesNames = sesNamesOf(requirement, expected);
  const seen = await look(name);
  if (seen.kind === "unknown") return { identity, name, verdict: undefined };
  const [verdict, useless] = await Promise.all([
    judgeSpf(name, seen, { txt: look, other: openOtherLookup(authority, ctx), sesNames }),
    atDomain ? look(domain).then((own) => uselessSpf(domain, own, name, sesNames)) : [],
  ]);
  return { identity, name, verdict: { ...verdict, faults: [...verdict.faults, ...useless] } };
}

/** The names that let SES send, by the partition of the identity's region. Where AWS names none, those of the record that is written. */
function sesNamesOf(requirement: Requirement, expected: readonly Requirement[]): readonly string[] {
  const known = SES_INCLUDES[partitionFor(requirement, expected)];
  if (known !== undefined) return [known];
  return parseSpf(dataText(requirement)).terms.flatMap((term) =>
    term.kind === "mechanism" && term.name === "include" && term.domain?.name !== undefined ? [term.domain.name] : [],
  );
}

/** By the identity's ARN; where it has none yet, by the host that takes its bounces. */
function partitionFor({ owner, record }: Requirement, expected: readonly Requirement[]): string {
  if (owner.arn !== undefined) return owner.arn.split(":")[1] ?? "aws";
  const isChinese = expected.some(
    (one) =>
      one.owner.identity === owner.identity &&
      one.record.type === "MX" &&
      one.record.name === record.name &&
      one.record.exchange.endsWith(".amazonaws.com.cn"),
  );
  return isChinese ? "aws-cn" : "aws";
}
