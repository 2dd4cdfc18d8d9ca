import { clip, quoted } from "../../core/text";
import { listed } from "../../core/words";
import { hostOf } from "../../dns/hosts";
import { dataText } from "../../dns/requirement";
import type { Code } from "../catalogue";
import type { Observations } from "../finding";
import { labels } from "../make";
import { reasons } from "../server-kinds";
import type { TokenFault, TokenSeen } from "./token";

/** One fault of one record. */
export interface Faulty {
  readonly token: TokenSeen;
  readonly fault: TokenFault;
}

/** A target is a token and a zone: it is told whole. */
const LONGEST_NAME = 255;

/** What was seen, for one code of one identity: a sentence for all records that have the same at the same servers. */
export function wordsFor(
  code: Code,
  faulty: readonly Faulty[],
  tokens: readonly TokenSeen[],
  observed: Observations,
): string {
  const names = listed(faulty.map(nameOf));
  if (code === "dkim-no-underscores" && observed.withoutUnderscores?.length) {
    const hosts = observed.withoutUnderscores.map((kind) => hostOf(kind).title);
    return `${listed(hosts)} takes no names with an underscore, so that ${names} cannot be published.`;
  }
  const isAbsence = code === "dkim-cname-missing" || code === "dkim-cname-partial";
  const sentences = together(faulty, isAbsence).map((group) => (isAbsence ? absence(group) : sentence(group)));
  const right = tokens.filter((one) => one.right.length > 0 && one.faults.length === 0).length;
  const rest = `${right} of the identity's ${tokens.length} records ${right === 1 ? "is" : "are"} right.`;
  return [...sentences, ...(isAbsence && right > 0 ? [rest] : [])].join(" ");
}

type Group = readonly [Faulty, ...Faulty[]];

/** By servers, and by what is wrong there; of absence it is the same whatever the reason. */
function together(faulty: readonly Faulty[], isAbsence: boolean): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const one of faulty) {
    const kind = isAbsence ? [one.token.right.length > 0] : sameFor(one.fault);
    const key = JSON.stringify([one.fault.at.map(({ server, address }) => [server, address]), kind]);
    const known = groups.get(key);
    groups.set(key, known === undefined ? [one] : [...known, one]);
  }
  return [...groups.values()];
}

/** Targets and names belong to one record each; what else is seen may be that of several. */
function sameFor(fault: TokenFault): readonly unknown[] {
  switch (fault.kind) {
    case "wildcard":
      return [fault.kind, fault.answer];
    case "taken":
      return [fault.kind, fault.type, fault.value];
    case "flattened":
      return [fault.kind, fault.answer, fault.values];
    default:
      return [fault.kind];
  }
}

function nameOf({ token }: Faulty): string {
  return token.requirement.record.name;
}

function absence(group: Group): string {
  const [{ fault, token }] = group;
  const who = labels(fault.at, token.right);
  const having = labels(token.right, fault.at);
  const others = having.length === 0 ? "" : `; ${listed(having)} ${having.length === 1 ? "has" : "have"} it`;
  const elsewhere = group.flatMap((one) =>
    one.fault.kind === "missing" && one.fault.elsewhere ? [one.fault.elsewhere] : [],
  );
  const found = elsewhere.length === 0 ? "" : ` Such a record is at ${listed(elsewhere)}.`;
  const own = fault.kind === "wildcard" ? " of its own" : "";
  return `${listed(who)} ${who.length === 1 ? "has" : "have"} no CNAME${own} at ${listed(group.map(nameOf))}${others}.${found}`;
}

function sentence(group: Group): string {
  const [{ fault }] = group;
  const servers = labels(fault.at);
  const who = listed(servers);
  const one = servers.length === 1;
  const names = listed(group.map(nameOf));
  switch (fault.kind) {
    case "missing":
      return absence(group);
    case "wildcard": {
      const answer = group.length === 1 ? "answers" : "answer";
      return `${names} ${answer} with ${quoted(fault.answer, LONGEST_NAME)}, and so does ${fault.probe}, a name that does not exist.`;
    }
    case "wrong":
    case "target-doubled":
      return `On ${who}, ${group.map(leadsTo).join(", ")}.`;
    case "name-doubled":
    case "no-underscores": {
      const found = listed(group.flatMap((each) => ("found" in each.fault ? [each.fault.found] : [])));
      return `${who} ${one ? "has" : "have"} no CNAME at ${names}. It is at ${found}.`;
    }
    case "taken": {
      const value = fault.value === undefined ? "" : ` (${quoted(fault.value)})`;
      return `There is a record of type ${clip(fault.type)}${value} at ${names}, and no CNAME.`;
    }
    case "flattened": {
      const values = fault.values.length > 0 ? ` (${listed(fault.values)})` : "";
      return `For ${names}, ${who} ${one ? "answers" : "answer"} ${ANSWERS[fault.answer]}${values}, without a CNAME.`;
    }
    case "txt-servfail": {
      const failing = fault.at.flatMap((each) => (each.kind === "lame" || each.kind === "unreachable" ? [each] : []));
      return `${who} ${one ? "has" : "have"} the CNAME at ${names}, and ${one ? "fails" : "fail"} when asked for TXT there: ${reasons(failing)}.`;
    }
  }
}

const ANSWERS = {
  addresses: "with addresses",
  key: "with the key as TXT",
  nothing: "with nothing, though the host holds a record there",
} as const;

function leadsTo({ token, fault }: Faulty): string {
  const { requirement } = token;
  const target = "target" in fault ? quoted(fault.target, LONGEST_NAME) : "another name";
  return `${requirement.record.name} leads to ${target} instead of ${quoted(dataText(requirement), LONGEST_NAME)}`;
}
