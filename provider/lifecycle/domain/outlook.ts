import type { Sighting } from "../../authority/authority";
import { isDefiniteSighting } from "../../authority/sighting";
import { listed } from "../../core/words";
import { findEntry } from "../../diagnosis/catalogue";
import type { Finding } from "../../diagnosis/finding";
import type { DnsBackend } from "../../dns/backend";
import type { Healthy, Held, Outlook, Plan, Step } from "../lifecycle";
import type { Look } from "../observation/look";
import { describeOnce, isUnlearned, REGISTER } from "../observation/words";
import { isByHand } from "../records/by-hand";
import { isOfPart, type PartOf, partOfStep } from "./part-words";
import type { Verification } from "./state";

/** Findings that a reason has room for. */
const REASONS_AT_MOST = 2;

/** Who writes the records: this package at its hosts, a person at `manual` ones, or each at theirs. */
export type Publisher = "provider" | "person" | "both";

const PUBLISHES: Readonly<Record<Publisher, string>> = {
  provider: "publish what is missing",
  person: "print what has to be published by hand",
  both: "publish what is missing, print what has to be published by hand",
};

export function publisherOf(hosts: readonly DnsBackend[]): Publisher {
  if (!hosts.some(isByHand)) return "provider";
  return hosts.every(isByHand) ? "person" : "both";
}

/** The plan in words. Nothing is decided here, and nothing reads the words back. */
export function describePlan(
  all: Plan,
  healthy: Healthy,
  publisher: Publisher = "provider",
  partOf: PartOf = () => undefined,
): Pick<Outlook, "text" | "warnings"> {
  // The parts tell their own steps and faults.
  const plan = ofVerification(all, partOf);
  // What could not be learned is told as that, once.
  const warnings = describeOnce(all.findings.filter(({ severity }) => severity !== "note")).filter(
    (text) => !plan.unknown.includes(text),
  );
  const requests = identitiesOf(plan, "request");
  const publishes = identitiesOf(plan, "publish").length > 0;
  if (requests.length > 0 || publishes) {
    const action = requests.length > 0 ? "restart" : "publish";
    const then = remedy(requests, plan.held.length > 0, publishes ? PUBLISHES[publisher] : undefined, healthy);
    return { text: `${action}: ${reasonOf(plan)} ${then}`, warnings };
  }
  const registers = plan.steps.some(({ step }) => step === "register");
  return { text: registers ? REGISTER : healthy, warnings: [...warnings, ...heldWords(plan.held)] };
}

/** What concerns the verification alone. */
export function ofVerification({ steps, held, findings, unknown }: Plan, partOf: PartOf): Plan {
  return {
    unknown,
    steps: steps.filter((one) => partOfStep(one, partOf) === undefined),
    held: held.filter(({ part }) => part === undefined),
    findings: findings.filter((one) => !isOfPart(one)),
  };
}

/** What is not yet as the program says, in words. */
export function shortfallOf(plan: Plan): string {
  const reason = [reasonOf(plan), ...heldWords(plan.held)].filter((text) => text !== "").join(" ");
  if (reason !== "") return reason;
  const notes = describeOnce(plan.findings).slice(0, REASONS_AT_MOST).join(" ");
  return notes === "" ? "SES, or a name server, does not report the expected state yet." : notes;
}

/** The findings that call for the plan's steps, in words; empty where there is none. */
function reasonOf({ findings }: Plan): string {
  const errors = findings.filter(({ severity }) => severity === "error");
  const reasons = errors.length > 0 ? errors : findings.filter(({ severity }) => severity !== "note");
  return describeOnce(reasons).slice(0, REASONS_AT_MOST).join(" ");
}

/** What a look could not learn, in words: by the findings that say so, each once, and where no finding does by what failed. */
export function unknownOf({ findings, verdicts, unread, unasked }: Look): string[] {
  const worthTelling = findings.filter(({ severity }) => severity !== "note");
  const inDns = [
    ...unread,
    ...verdicts.flatMap(({ state, sighting }) => (state === "unknown" ? [unknownIn(sighting)] : [])),
  ];
  const why = inDns.length === 0 ? [] : describeOnce(worthTelling.filter(isOfDns));
  return [
    ...describeOnce(worthTelling.filter((one) => isUnlearned(one) && !isOfDns(one))),
    ...(why.length === 0 ? inDns : why),
    ...unasked,
  ];
}

function isOfDns({ code }: Pick<Finding, "code">): boolean {
  const family = findEntry(code)?.family;
  return family === "zone" || family === "servers";
}

function unknownIn({ name, servers }: Sighting): string {
  return servers.some(isDefiniteSighting)
    ? `Not all servers of ${name} were asked.`
    : `No server answered with authority for ${name}.`;
}

function identitiesOf({ steps }: Plan, kind: "request" | "publish"): string[] {
  return steps.flatMap((one: Step) => (one.step === kind && "identity" in one ? [one.identity] : []));
}

function heldWords(held: readonly Held[]): string[] {
  const naming = (reason: Held["because"]) =>
    held
      .filter(({ because }) => because === reason)
      .map(({ identity, status }) => `${identity} (${status})`)
      .join(", ");
  const never = naming("restart-never");
  const inVain = naming("cause-stands");
  return [
    ...(never === "" ? [] : [`restart is "never": SES is not asked again for ${never}.`]),
    ...(inVain === "" ? [] : [`SES would see no value: it is asked again for ${inVain} once the cause is fixed.`]),
  ];
}

/** What `up` will do. `stops`: some identity has lapsed that SES is not asked for again. */
function remedy(requests: readonly string[], stops: boolean, publish: string | undefined, healthy: Healthy): string {
  const ask = requests.length > 0 ? `ask SES again (${requests.join(", ")})` : undefined;
  const steps = [publish, ask].filter((step) => step !== undefined).join(", ");
  if (stops) return `\`pulumi up\` will ${steps} and stop there: SES is not asked again for the rest.`;
  return `\`pulumi up\` will ${steps}${healthy === "verified" ? " and wait until it is verified" : ""}.`;
}

/** What SES said of identities that it could not be asked about now. Only what this look has seen is told as what SES says. */
export function describeRemembered(remembered: readonly Pick<Verification, "name" | "status">[]): string[] {
  if (remembered.length === 0) return [];
  const said = remembered.map(({ name, status }) => `${status} for ${name}`);
  return [`SES did not answer in this look. At the last \`up\` or refresh it said ${listed(said, remembered.length)}.`];
}

/** The state alone tells whether a DMARC record was this resource's. */
export function describeDisowned({ steps }: Plan): string[] {
  return steps.flatMap((one) =>
    one.step === "disown"
      ? [
          `The DMARC record at ${one.name} is another one now. \`pulumi up\` leaves it, and no longer counts it as this resource's.`,
        ]
      : [],
  );
}

const REPLACES: Readonly<Record<Publisher, string>> = {
  provider: "keep its value, and remove that of the previous token",
  person: "keep its value; at the DNS host, that of the previous token is replaced by hand",
  both: "keep its value, and remove that of the previous token; at a manual host that is done by hand",
};

/** What the tokens of the state showed: a run that was killed after SES had given another token has not kept it. */
export function describeRenewals({ steps }: Plan, domain: string, hosts: readonly DnsBackend[]): string[] {
  const then = hosts.length === 0 ? "output its record" : REPLACES[publisherOf(hosts)];
  return steps.flatMap((one) =>
    one.step === "renew"
      ? [`SES has another token for ${domain} (${one.identity}) than the state. \`pulumi up\` will ${then}.`]
      : [],
  );
}
