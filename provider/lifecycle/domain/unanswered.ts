import type { Ctx } from "../../core/ctx";
import { diagnose } from "../../diagnosis/diagnose";
import type { Finding, IdentitySeen } from "../../diagnosis/finding";
import { keysOf } from "../../dns/requirement";
import type { CheckedArgs } from "../arguments/types";
import type { OpenIdentity } from "../identity/open";
import type { Ports } from "../lifecycle";
import { authorityFor } from "../observation/clients";
import type { Look } from "../observation/look";
import { readingsOf, type SeenIdentity } from "../observation/observe";
import { isUnlearned } from "../observation/words";
import { judgeSet } from "../records/judge-set";
import type { Place } from "../records/placement";
import { requirementsOf } from "../records/requirements";
import { holderOf } from "../sending/holder";
import type { SendingWish } from "../sending/wish";
import type { DomainState, Verification } from "./state";

interface Looking {
  readonly args: CheckedArgs;
  readonly opened: readonly OpenIdentity[];
  readonly places: Readonly<Record<string, Place>>;
  readonly wishes: Readonly<Record<string, SendingWish>>;
  readonly ports: Ports;
}

/** What the state's tokens add to what was seen. `findings`: why a value of theirs has to be published. */
interface ByState extends Pick<Look, "expected" | "verdicts"> {
  readonly findings: readonly Finding[];
  /** Identities that the findings concern, and that SES told no status of in this look: as the state has them. */
  readonly remembered: readonly Verification[];
}

/**
 * The values of identities that SES told no token for, or whose account is not known now: the state tells what they should
 * be. The names were read for the preview already.
 */
export async function seeByState(
  { verifications, verified }: DomainState,
  seen: Pick<Look, "identities" | "expected" | "verdicts">,
  { args, opened, places, wishes, ports }: Looking,
  ctx: Ctx,
): Promise<ByState> {
  const { domain, ttl, previewCheck } = args;
  const unchanged = { expected: seen.expected, verdicts: seen.verdicts, findings: [], remembered: [] };
  const answered = seen.identities.filter(({ status, tokenless }) => status !== "unknown" && tokenless !== undefined);
  const unanswered = verifications.filter(
    ({ name, region }) =>
      opened.some(({ spec }) => spec.name === name && spec.region === region) &&
      !answered.some((one) => isOf({ name, region }, one)),
  );
  const authority = previewCheck === "off" ? undefined : authorityFor(args.dnsCheck, ports.clients);
  const holders = unanswered.map((one) => holderOf(one, wishes[one.name]));
  const own = requirementsOf(domain, holders, places, ttl);
  if (authority === undefined || own.length === 0) return unchanged;
  const expected = [...seen.expected, ...own];
  const readings = await Promise.all(
    keysOf(expected).map(({ name, type }) => ports.cache.reading(authority, domain, name, ctx, type)),
  );
  const { sightings } = readingsOf(readings);
  const verdicts = sightings.map((sighting) => judgeSet(sighting, expected));
  const lost = verdicts.filter(({ state, nowhere }) => state === "missing" && nowhere.length > 0);
  const findings = diagnose({
    domain,
    identities: verifications.map((one) => seen.identities.find((each) => isOf(one, each)) ?? notHeard(one, verified)),
    expected,
    sightings: lost.map(({ sighting }) => sighting),
    probes: [],
    unread: [],
    written: [],
  });
  const names = unanswered.map(({ name }) => name);
  const ofThese = (one: Finding) =>
    !isUnlearned(one) && one.severity !== "note" && one.identities.some((name) => names.includes(name));
  if (lost.length === 0) return { expected, verdicts, findings: [], remembered: [] };
  const heard = seen.identities.filter(({ status }) => status !== "unknown");
  return {
    expected,
    verdicts,
    findings: findings.filter(ofThese),
    remembered: unanswered.filter((one) => !heard.some((each) => isOf(one, each))),
  };
}

function isOf(one: Pick<Verification, "name" | "region">, seen: Pick<SeenIdentity, "name" | "region">): boolean {
  return seen.name === one.name && seen.region === one.region;
}

/** What the state says of it was seen earlier: in this look SES said nothing. */
function notHeard({ name, region, accountId }: Verification, verifiedBefore: boolean): IdentitySeen {
  return { name, region, accountId, status: "unknown", verifiedBefore };
}
