import type { Ctx } from "../../core/ctx";
import { diagnoseAddress } from "../../diagnosis/diagnose";
import type { AddressObservations, Finding } from "../../diagnosis/finding";
import type { CheckedAddressArgs } from "../arguments/address-args";
import { openAccounts, openNotes } from "../identity/accounts";
import { checkAccounts, openIdentity } from "../identity/open";
import type { Outlook, Plan, Ports, Prior } from "../lifecycle";
import { authorityFor } from "../observation/clients";
import { completenessOf } from "../observation/completeness";
import { watchedAs } from "../observation/observe";
import {
  describeGoingOn,
  describeOnce,
  describeOwning,
  healthyWord,
  isUnlearned,
  REGISTER,
} from "../observation/words";
import { observeAddress } from "./observe";
import { type AddressObservation, type PriorAddress, planAddress } from "./plan";
import type { AddressState } from "./state";

/**
 * What `up` will do for an address, and how far it is: for each region SES's status, and where it is not confirmed all that
 * may keep the mail from being read. Reads only.
 */
export async function previewAddress(
  args: CheckedAddressArgs,
  prior: Prior<AddressState>,
  ports: Ports,
  ctx: Ctx,
): Promise<Outlook> {
  const { address } = args;
  const before = priorOf(prior, args);
  const opened = args.identities.map((identity) => openIdentity(identity, ports.clients));
  if (before.state?.address === address) await checkAccounts(opened, before.state.verifications, ctx);
  const accounts = openNotes();
  const located = await openAccounts(opened, address, {}, accounts, ctx);
  // Without a state, Check tells.
  const unreached =
    before.state === undefined ? [] : accounts.unknown.concat(accounts.failures.map(({ reason }) => reason));
  const look = () => {
    const watched = located.map((open) => watchedAs(open, open.account.id));
    const authority = authorityFor(args.dnsCheck, ports.clients);
    return observeAddress(address, watched, { authority, fresh: false }, ctx);
  };
  const what = JSON.stringify([address, located.map(({ arn }) => arn), args.dnsCheck]);
  const seen = args.previewCheck === "off" ? undefined : await ports.cache.once(what, look, ctx);
  const isKnown = (name: string) => located.some((one) => one.spec.name === name && before.arns.has(one.arn));
  const told = seen === undefined ? { findings: [], unknown: [] } : tellOf(seen, isKnown);
  const observation: AddressObservation = {
    ...told,
    identities: opened.map(({ spec: { name, region } }) => {
      const found = seen?.identities.find((one) => one.name === name);
      const current = found && { status: found.status, covered: found.coveredBy !== undefined };
      return { name, region, arn: located.find(({ spec }) => spec.name === name)?.arn, current };
    }),
  };
  const plan = planAddress(args, before, observation);
  const statuses = (seen?.identities ?? []).map(({ status, coveredBy }) => ({
    status: coveredBy === undefined ? status : ("Success" as const),
  }));
  const wanted = { waits: args.wait, identities: opened.length, reads: false };
  const complete = completenessOf({ identities: statuses, verdicts: [] }, wanted);
  return {
    plan: { ...plan, unknown: [...plan.unknown, ...unreached] },
    ...describe(plan, args),
    incomplete: complete === "no" ? `incomplete: ${describeOnce(plan.findings).slice(0, 2).join(" ")}` : undefined,
    failures: [],
    stateWarnings: [
      ...describeGoingOn(plan, address, before.state?.verified ?? true),
      ...describeOwning(plan, address),
    ],
    isNew: before.state === undefined && before.arns.size === 0,
    identities: observation.identities.flatMap(({ arn, current }) =>
      arn === undefined ? [] : [{ arn, status: current?.status ?? ("unknown" as const), covered: current?.covered }],
    ),
    seen: complete === "yes" ? seenOf(observation) : undefined,
  };
}

function seenOf({ identities }: AddressObservation): Record<string, string> {
  return Object.fromEntries(
    identities.flatMap(({ arn, current }) => (arn === undefined || !current ? [] : [[arn, current.status]])),
  );
}

function priorOf(prior: Prior<AddressState>, { address }: CheckedAddressArgs): PriorAddress {
  if (prior.state !== undefined) {
    const { state } = prior;
    const arns = new Set(state.verifications.map(({ identityArn }) => identityArn));
    return { state, arns, registered: state.mark !== undefined };
  }
  const { subject, arns, registered } = prior.remembered;
  const known = subject === address ? Object.values(arns) : [];
  return { state: undefined, arns: new Set(known), registered: registered || known.length === 0 };
}

/** What is worth telling: that SES does not have what is yet to be made is not. */
function tellOf(seen: AddressObservations, isKnown: (name: string) => boolean) {
  const findings = diagnoseAddress(seen);
  const isNew = ({ code, identities: [name = ""] }: Finding) => code === "address-missing" && !isKnown(name);
  return {
    findings: findings.filter((one) => !isUnlearned(one) && !isNew(one)),
    unknown: describeOnce(findings.filter(isUnlearned)),
  };
}

function describe(plan: Plan, args: CheckedAddressArgs): Pick<Outlook, "text" | "warnings"> {
  const { findings, steps } = plan;
  const warnings = describeOnce(findings);
  // Another `resendTrigger` is shown as the change of that argument.
  const lost = steps.flatMap((one) => (one.step === "request" && one.because !== "resend" ? [one.identity] : []));
  if (lost.length > 0) {
    const why = describeOnce(findings.filter(({ identities: [name = ""] }) => lost.includes(name))).slice(0, 2);
    const then = args.wait ? " and wait until its link was followed" : "";
    const mail = `\`pulumi up\` will have SES send the mail again (${lost.join(", ")})${then}.`;
    return { text: `send: ${why.join(" ")} ${mail}`, warnings };
  }
  const registers = steps.some(({ step }) => step === "register");
  return { text: registers ? REGISTER : healthyWord(args), warnings };
}
