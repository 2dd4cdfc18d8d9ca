import type { Ctx } from "../../core/ctx";
import { SesDomainError, SesError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { listed } from "../../core/words";
import type { Requirement } from "../../dns/requirement";
import { settleArgs } from "../arguments/settle";
import type { CheckedArgs, CheckResult } from "../arguments/types";
import { findIdentities, namedIn, notImported, vanished } from "../identity/find";
import { readDomainId } from "../identity/import-id";
import type { Adopted, Caller, Outlook, PartName, Ports, Props } from "../lifecycle";
import { wishesOf } from "../sending/wish";
import { type Choices, choicesOf, inputsOf, type ReadIdentity } from "./adopt-choices";
import { readDns } from "./adopt-dns";
import { type AdoptedDns, stateOf } from "./adopt-state";
import { previewDomain } from "./preview";
import { partOf } from "./preview-sending";
import type { DomainState } from "./state";

/** Each round takes one cause of a step out of the inputs. */
const ROUNDS_AT_MOST = 6;

/**
 * Reads a domain that is there already, for an import: identities, records, and how they send. Reads only, and SES is asked for
 * nothing new. Undefined where SES has it in none of the regions. `read`: what the resource makes of its inputs.
 * Throws `SesDomainError`: `import-id-invalid`, and what keeps any part of it from being learned.
 */
export async function adoptDomain(
  id: string,
  read: (raw: Props) => CheckResult,
  withHost: boolean,
  caller: Caller,
  ports: Ports,
  ctx: Ctx,
): Promise<Adopted<DomainState> | undefined> {
  const wanted = readDomainId(id);
  const domain = wanted.subject;
  try {
    const found = await findIdentities(wanted, ports, caller, ctx);
    if (found.length === 0) return undefined;
    const identities = await Promise.all(
      found.map(async (one): Promise<ReadIdentity> => ({ ...one, details: await detailsOf(one, domain, ctx) })),
    );
    const dns = await readDns(domain, identities, withHost, ports, ctx);
    const named = namedIn(wanted, dns.identities);
    const program = (choices: Choices) => inputsOf(domain, choices, named, withHost ? dns.written : []);
    const start = { ...choicesOf(dns.identities), placement: dns.placement, ttl: dns.ttl };
    const adopted = await settleOn(start, program, read, dns, ports, ctx);
    for (const { arn, status, token, spec } of found) {
      caller.hold(arn);
      if (token !== undefined && status !== "Failed" && status !== "NotStarted") continue;
      const says = token === undefined ? "holds no TXT token" : `says ${status}`;
      ctx.log.warn(`SES in ${spec.region} ${says} for ${domain}: the first \`pulumi up\` asks for it.`);
    }
    return adopted;
  } catch (error) {
    throw notImported(error, domain);
  }
}

async function detailsOf({ spec, ses }: Pick<ReadIdentity, "spec" | "ses">, domain: Fqdn, ctx: Ctx) {
  const details = await ses.details(domain, ctx);
  if (details === "absent") throw vanished(domain, spec.region);
  if (details !== "denied") return details;
  throw new SesError(
    "permission-missing",
    `The credentials may not read how ${domain} sends in ${spec.region} (ses:GetEmailIdentity).`,
    { hint: "Allow ses:GetEmailIdentity for the import." },
  );
}

/** Takes out of the inputs what would make the next plan change something. */
async function settleOn(
  start: Choices,
  program: (choices: Choices) => Props,
  read: (raw: Props) => CheckResult,
  dns: AdoptedDns,
  ports: Ports,
  ctx: Ctx,
): Promise<Adopted<DomainState>> {
  let choices = start;
  for (let round = 1; ; round += 1) {
    const inputs = program(choices);
    const settled = settleArgs(read(inputs), ports);
    if ("failures" in settled) {
      const allowed = withoutRefused(choices, settled.failures);
      if (allowed === choices || round > ROUNDS_AT_MOST) {
        const reasons = settled.failures.map(({ property, reason }) => `${property} ${reason}`);
        throw new SesDomainError("import-refused", `No program can say what is there: ${listed(reasons)}.`, {
          hint: "Declare the resource by hand: it uses the identities that are there.",
        });
      }
      choices = allowed;
      continue;
    }
    const { args } = settled;
    const { state, lacking } = await stateOf(args, dns, ports, ctx);
    const outlook = await previewDomain(args, { state }, undefined, ports, ctx);
    const calmer = withoutSteps(choices, outlook, lacking, args);
    if (calmer === choices || round > ROUNDS_AT_MOST) {
      for (const text of differences(start, choices, args.domain)) ctx.log.warn(text);
      return { state, inputs };
    }
    choices = calmer;
  }
}

/** Without the argument that the rules refuse: it stays as it is at SES. */
function withoutRefused(choices: Choices, failures: readonly { readonly property: string }[]): Choices {
  const [property = ""] = failures.map((one) => one.property);
  if (/^ttl\b/.test(property) && choices.ttl !== undefined) return { ...choices, ttl: undefined };
  if (/\bmailFrom\b/.test(property) && isAny(choices.mailFrom))
    return { ...choices, mailFrom: without(choices.mailFrom) };
  if (/\bdkim\b/.test(property) && isAny(choices.dkim)) return { ...choices, dkim: without(choices.dkim) };
  if (/^configurationSet\b/.test(property) && choices.configurationSet !== undefined) {
    return { ...choices, configurationSet: undefined };
  }
  return choices;
}

function isAny(choices: Readonly<Record<string, unknown>>): boolean {
  return Object.values(choices).some((one) => one !== undefined);
}

function without(choices: Readonly<Record<string, unknown>>): Record<string, undefined> {
  return Object.fromEntries(Object.keys(choices).map((name) => [name, undefined]));
}

interface PartOfIdentity {
  readonly identity: string;
  /** Undefined: the verification. */
  readonly part: PartName | undefined;
}

/** The same choices where no step is left that they can avoid. What SES and DNS lack of the verification itself stays a step. */
function withoutSteps(
  choices: Choices,
  { plan }: Outlook,
  lacking: readonly Requirement[],
  args: CheckedArgs,
): Choices {
  const part = partOf(args, wishesOf(args));
  const steps = plan.steps.flatMap((one): readonly PartOfIdentity[] => {
    if (one.step === "set") return [{ identity: one.identity, part: one.part === "dkim" ? "dkim" : "mailFrom" }];
    return one.step === "publish" || one.step === "conflict" ? [{ identity: one.identity, part: part(one) }] : [];
  });
  // A host would refuse a second record, or one that says it otherwise. Of SPF records another one may do.
  const unlike = lacking.flatMap(({ owner, record }): readonly PartOfIdentity[] =>
    record.type === "TXT" ? [] : [{ identity: owner.identity, part: record.type === "MX" ? "mailFrom" : "dkim" }],
  );
  const of = (name: PartName) =>
    [...steps, ...unlike].filter((one) => one.part === name).map(({ identity }) => identity);
  const calmer: Choices = {
    ...choices,
    dkim: { ...choices.dkim, ...Object.fromEntries(of("dkim").map((name) => [name, "keep"])) },
    mailFrom: { ...choices.mailFrom, ...Object.fromEntries(of("mailFrom").map((name) => [name, undefined])) },
  };
  const isSame = JSON.stringify([calmer.dkim, calmer.mailFrom]) === JSON.stringify([choices.dkim, choices.mailFrom]);
  if (!isSame) return calmer;
  // What `up` has to do for the verification it waits for.
  const acts = plan.steps.some(({ step }) => step === "request" || step === "publish");
  if (acts || choices.wait === false || !plan.steps.some(({ step }) => step === "wait")) return choices;
  return { ...choices, wait: choices.wait === undefined ? "verified" : false };
}

/** What of the domain the program leaves as it is, and how to change that. */
function differences(start: Choices, end: Choices, domain: Fqdn): readonly string[] {
  const names = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, to: unknown) =>
    Object.keys(before).filter((name) => before[name] !== undefined && before[name] !== to && after[name] === to);
  const kept = names(start.dkim, end.dkim, "keep");
  const left = names(start.mailFrom, end.mailFrom, undefined);
  return [
    ...(kept.length === 0
      ? []
      : [
          `DKIM of ${domain} (${listed(kept)}) is not as it has to be at SES or in DNS. So it is imported as dkim: "keep", which is only watched; write dkim: true to have it set up.`,
        ]),
    ...(left.length === 0
      ? []
      : [
          `mailFrom of ${domain} (${listed(left)}) is left out: its records are not all in DNS, or no program may ask for it. Write it to have it set up.`,
        ]),
    ...(end.wait === undefined
      ? []
      : [
          `SES has not verified all of ${domain} yet. So wait is ${JSON.stringify(end.wait)}; take it out to have \`pulumi up\` wait.`,
        ]),
  ];
}
