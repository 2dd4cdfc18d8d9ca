import type { Fqdn } from "../../core/fqdn";
import { quoted } from "../../core/text";
import { listed } from "../../core/words";
import { dataText, type Requirement } from "../../dns/requirement";
import type { Code } from "../catalogue";
import type { Finding, Observations } from "../finding";
import { type Facts, finding, valuesOf } from "../make";
import { seeToken, type TokenFault, type TokenSeen } from "./token";
import { type Faulty, wordsFor } from "./words";

/**
 * What is wrong with the CNAME records of Easy DKIM, by identity. Pure. Empty where none is expected. `invisible`: names whose
 * absence the zone explains.
 */
export function dkimFindings(observed: Observations, invisible: ReadonlySet<Fqdn>): Finding[] {
  const expected = observed.expected.filter((one) => isCname(one) && !invisible.has(one.record.name));
  const identities = [...new Set(expected.map(({ owner }) => owner.identity))];
  return [
    ...identities.flatMap((identity) =>
      ofIdentity(
        observed,
        identity,
        expected.filter(({ owner }) => owner.identity === identity).map((one) => seeToken(observed, one)),
      ),
    ),
    ...unpublishedKeys(observed),
    ...stale(observed),
  ];
}

function isCname({ owner, record }: Requirement): boolean {
  return owner.purpose === "dkim" && record.type === "CNAME";
}

function ofIdentity(observed: Observations, identity: string, tokens: readonly TokenSeen[]): Finding[] {
  const byCode = new Map<Code, Faulty[]>();
  const isSomeRight = tokens.some(({ right }) => right.length > 0);
  for (const token of tokens) {
    for (const fault of token.faults) {
      for (const code of codesOf(fault, isSomeRight, observed)) {
        byCode.set(code, [...(byCode.get(code) ?? []), { token, fault }]);
      }
    }
  }
  const region = observed.identities.find((one) => one.name === identity)?.region;
  return [...byCode].map(([code, faulty]) => {
    const records = [...new Set(faulty.map(({ token }) => token.requirement))].map((requirement) => ({
      name: requirement.record.name,
      type: requirement.record.type,
      value: dataText(requirement),
    }));
    const [first] = faulty;
    const facts: Facts = {
      name: first?.token.requirement.record.name,
      value: records[0]?.value,
      found: first && foundIn(first.fault),
      server: first?.fault.at[0]?.server,
      region,
    };
    const seen = wordsFor(code, faulty, tokens, observed);
    return finding(observed, code, seen, { facts, records, identities: [identity] });
  });
}

function foundIn(fault: TokenFault): Fqdn | undefined {
  return "found" in fault ? fault.found : undefined;
}

const CODES = {
  wrong: "dkim-cname-wrong",
  "target-doubled": "dkim-target-doubled",
  "name-doubled": "dkim-name-doubled",
  "no-underscores": "dkim-no-underscores",
  taken: "dkim-name-taken",
  flattened: "dkim-cname-flattened",
  "txt-servfail": "dkim-txt-servfail",
} as const satisfies Readonly<Record<Exclude<TokenFault["kind"], "missing" | "wildcard">, Code>>;

function codesOf(
  { kind }: TokenFault,
  isSomeRight: boolean,
  { withoutUnderscores = [] }: Observations,
): readonly Code[] {
  if (kind !== "missing" && kind !== "wildcard") return [CODES[kind]];
  if (withoutUnderscores.length > 0) return ["dkim-no-underscores"];
  const absent = isSomeRight ? "dkim-cname-partial" : "dkim-cname-missing";
  return kind === "wildcard" ? ["dkim-wildcard", absent] : [absent];
}

/** No key behind any of an identity's records, as resolvers say. */
function unpublishedKeys(observed: Observations): Finding[] {
  return (observed.keys ?? []).flatMap(({ identity, state, targets }) => {
    if (state !== "unpublished") return [];
    const seen = `There is no DKIM key at ${listed(targets.map(({ target }) => target))}, where the records of identity ${quoted(identity)} lead.`;
    const region = observed.identities.find((one) => one.name === identity)?.region;
    return [finding(observed, "dkim-key-unpublished", seen, { facts: { region }, identities: [identity] })];
  });
}

/** Records of earlier tokens that are still there as they were. */
function stale(observed: Observations): Finding[] {
  const wanted = new Set(observed.expected.map(({ record }) => record.name));
  const there = (observed.former ?? []).filter(
    (one) =>
      isCname(one) &&
      !wanted.has(one.record.name) &&
      [...observed.probes, ...observed.sightings].some(
        ({ name, type, servers }) =>
          name === one.record.name &&
          type === one.record.type &&
          servers.some((server) => valuesOf(server).includes(dataText(one))),
      ),
  );
  const [first] = there;
  if (first === undefined) return [];
  const names = [...new Set(there.map(({ record }) => record.name))];
  const seen = `SES no longer names the tokens of ${listed(names)}, where CNAME records still are.`;
  const identities = [...new Set(there.map(({ owner }) => owner.identity))];
  return [
    finding(observed, "dkim-stale", seen, { facts: { name: first.record.name, found: first.record.name }, identities }),
  ];
}
