import type { Account } from "../../aws/session-types";
import { PartialFailure } from "../../core/partial-failure";
import type { CheckedDns } from "../../dns/hosts";
import type { Requirement } from "../../dns/requirement";
import type { VerificationStatus } from "../../ses/port";
import type { CheckedArgs, CheckedIdentity } from "../arguments/types";
import type { PriorIdentity } from "../identity/ensure";
import { isRegistered } from "../identity/mark-state";
import { knownAs, type OpenIdentity, specOf } from "../identity/open";
import { askedAgain, PARTS, type Part, partKey, type Restarts, type RestartsByArn } from "../identity/restarts";
import { type Obsolete, obsoleteRecords, without } from "../records/obsolete";
import { sameHost } from "../records/records";
import { eachOnce } from "../records/requirements";
import { isLeft } from "../sending/holder";
import { isReady } from "../sending/ready";
import type { SendingState } from "../sending/state";
import { asksForSending, wishesOf } from "../sending/wish";
import type { DomainState, Verification } from "./state";

/** The state while `apply` is under way: at every moment it names everything of ours that exists. */
export interface Draft {
  /** What an earlier run left of an identity, whatever it was called. Throws `account-changed`. */
  before(open: Pick<OpenIdentity, "spec">, account: Account): PriorIdentity;
  /** `marked`: whether this resource's mark is on the identity. */
  keep(verification: Verification, marked: boolean, spec: CheckedIdentity): void;
  /** What stands of the identity of that name. */
  current(name: string): Verification | undefined;
  /** All that stand, in the program's order. */
  all(): readonly Verification[];
  /** Whether this resource's mark was written on it. */
  isMarked(verification: Verification): boolean;
  restarted(verification: Verification, tokenChanged: boolean, nowMs: number): void;
  /** What stands of DKIM and MAIL FROM of the identity of that name. */
  keepSending(name: string, sending: SendingState): void;
  /** How often SES was asked for a part again. */
  askedFor(name: string, part: Part): Restarts | undefined;
  restartedPart(name: string, part: Part, nowMs: number): void;
  /** The records that are about to be written. */
  expect(wanted: readonly Requirement[]): void;
  /** SES has given identities (by name) other tokens since. Returns all that the program names. */
  renewed(tokens: ReadonlyMap<string, string>): readonly Verification[];
  saw(last: ReadonlyMap<string, LastSeen>): void;
  /** Identities that the program no longer names. */
  removed(): readonly {
    readonly verification: Verification;
    readonly identity: CheckedIdentity;
    readonly registered: boolean;
  }[];
  /** `gone`: SES no longer has it, so its value goes too; else it was not ours to remove, and its value stays. */
  released(verification: Verification, gone: boolean): void;
  /** Values of ours that the program no longer wants there, by host. */
  obsolete(): readonly Obsolete[];
  /** `leaving`: hosts that the program no longer names and that keep a value. */
  finish(leaving: readonly CheckedDns[], nowMs: number): DomainState;
  /** The error to throw: with the state so far, once there is any. */
  unfinished(error: unknown): unknown;
}

/** SES's last word on an identity; a part that was not asked about is left out. */
interface LastSeen {
  readonly status?: VerificationStatus | undefined;
  readonly dkim?: VerificationStatus | undefined;
  readonly mailFrom?: VerificationStatus | undefined;
}

export function configuredBy({ configurationSet, feedbackForwarding }: CheckedArgs): DomainState["set"] {
  const isSet = configurationSet !== undefined || feedbackForwarding !== undefined;
  return isSet ? { configurationSet, feedbackForwarding } : undefined;
}

function withSeen(verification: Verification, { status, dkim, mailFrom }: LastSeen): Verification {
  return {
    ...verification,
    status: status ?? verification.status,
    ...(verification.dkim && { dkim: { ...verification.dkim, status: dkim ?? verification.dkim.status } }),
    ...(verification.mailFrom && {
      mailFrom: { ...verification.mailFrom, status: mailFrom ?? verification.mailFrom.status },
    }),
  };
}

export function openDraft(args: CheckedArgs, prior: DomainState | undefined, mark: string): Draft {
  // What is one identity to SES is one here: its name in the program may change.
  const key = ({ identityArn }: Verification) => identityArn;
  const before = new Map((prior?.verifications ?? []).map((verification) => [key(verification), verification]));
  const specs = new Map([...before].map(([arn, one]) => [arn, specOf(prior?.identities ?? [], one)]));
  const current = new Map<string, Verification>();
  const asked = new Map(Object.entries(prior?.asked ?? {}));
  /** ARNs of identities that are not ours to remove: their records stay. */
  const foreign = new Set<string>();
  const unmarked = new Set(prior?.unmarked ?? []);
  const wishes = wishesOf(args);
  let wanted: readonly Requirement[] = [];
  /** What this run wrote before SES gave another token. */
  let replaced: readonly Requirement[] = [];
  let touched = false;

  /** Whether SES has what was asked for again since. */
  const isDone = (one: Verification, part: Part | undefined) => {
    if (part === undefined) return one.status === "Success";
    return (part === "dkim" ? one.dkim : one.mailFrom)?.status === "Success";
  };
  const named = (name: string) => [...current.values()].find((one) => one.name === name);
  /** In the program's order, whichever region answered first. */
  const standing = () => {
    const kept = [...current.values()];
    const at = ({ name }: Verification) => args.identities.findIndex((one) => (one.name ?? one.region) === name);
    return kept.sort((a, b) => at(a) - at(b));
  };
  /** What is verified, or gone, begins again. */
  const stillAsked = (verifications: readonly Verification[]): RestartsByArn =>
    Object.fromEntries(
      [...asked].filter(([arn]) =>
        verifications.some((one) =>
          [undefined, ...PARTS].some(
            (part) => arn === (part === undefined ? key(one) : partKey(key(one), part)) && !isDone(one, part),
          ),
        ),
      ),
    );
  const registered = (arn: string) => prior !== undefined && before.has(arn) && isRegistered(prior, arn);
  const unmarkedAmong = (verifications: readonly Verification[]) =>
    verifications.map(key).filter((arn) => unmarked.has(arn));
  /** What earlier runs wrote, but for the records that are no longer this resource's. */
  const heldBefore = () => (prior?.requirements ?? []).filter(({ owner }) => !foreign.has(owner.arn ?? ""));
  /**
   * Bounces of mail that is on its way go to the MAIL FROM domain that the last run had: its records stay until the next run. A
   * domain that the program no longer wants at all was cleared at SES.
   */
  const isRetiring = ({ owner, record }: Requirement) =>
    owner.purpose === "mail-from" &&
    prior?.verifications.some(
      (one) =>
        key(one) === owner.arn &&
        one.mailFrom?.domain === record.name &&
        current.get(key(one))?.mailFrom !== undefined &&
        current.get(key(one))?.mailFrom?.domain !== record.name,
    ) === true;
  const isLeftHere = (one: Requirement) => isLeft(one, standing(), wishes);
  const removed = () => [...before.values()].filter((one) => !current.has(key(one)));
  /** Those that an earlier run wrote to, whether or not the program still names them. */
  const former = [...(prior?.dns ?? []), ...(prior?.leaving ?? [])];
  const hosts = () => [...args.dns, ...former.filter((old) => !args.dns.some((dns) => sameHost(dns, old)))];

  return {
    before(open, account) {
      const verification = knownAs([...before.values()], open, account);
      if (verification === undefined) return { verification, asked: undefined, registered: false };
      const arn = key(verification);
      return { verification, asked: asked.get(arn), registered: registered(arn) };
    },
    keep(verification, marked, spec) {
      touched = true;
      if (marked) unmarked.delete(key(verification));
      else unmarked.add(key(verification));
      current.set(key(verification), verification);
      specs.set(key(verification), spec);
    },
    isMarked: (verification) => !unmarked.has(key(verification)),
    all: standing,
    current: named,
    keepSending(name, sending) {
      const one = named(name);
      if (one !== undefined) current.set(key(one), { ...one, ...sending });
    },
    askedFor(name, part) {
      const one = named(name);
      return one && asked.get(partKey(key(one), part));
    },
    restartedPart(name, part, nowMs) {
      const one = named(name);
      if (one === undefined) return;
      const at = partKey(key(one), part);
      asked.set(at, askedAgain(asked.get(at), nowMs));
    },
    restarted(verification, tokenChanged, nowMs) {
      asked.set(key(verification), askedAgain(asked.get(key(verification)), nowMs, tokenChanged));
    },
    expect(requirements) {
      replaced = [...replaced, ...wanted];
      wanted = requirements;
    },
    renewed(tokens) {
      for (const [at, verification] of current) {
        const token = tokens.get(verification.name);
        if (token !== undefined) current.set(at, { ...verification, token });
      }
      return standing();
    },
    saw(last) {
      for (const [at, verification] of current) {
        const seen = last.get(verification.name);
        if (seen !== undefined) current.set(at, withSeen(verification, seen));
      }
    },
    removed: () =>
      removed().map((verification) => ({
        verification,
        identity: specs.get(key(verification)) ?? specOf([], verification),
        registered: registered(key(verification)),
      })),
    released(verification, gone) {
      before.delete(key(verification));
      if (!gone) foreign.add(key(verification));
    },
    obsolete() {
      const old = heldBefore().filter((one) => !isRetiring(one));
      const held = eachOnce([...old.filter((one) => !isLeftHere(one)), ...replaced]);
      return obsoleteRecords(args.dns, former, { held, heldBefore: old, wanted });
    },
    finish(leaving, nowMs) {
      const verifications = standing();
      const verified = verifications.every(({ status }) => status === "Success");
      const since = prior?.verified ? prior.verifiedAt : undefined;
      const asks = asksForSending(args);
      const ready = asks
        ? verifications.filter((one) => isReady(one, wishes[one.name])).map(({ name }) => name)
        : undefined;
      const readyToSend = ready && ready.length === verifications.length;
      const readySince = prior?.readyToSend ? prior.readyAt : undefined;
      return {
        mark,
        unmarked: unmarkedAmong(verifications),
        domain: args.domain,
        identities: verifications.map((one) => specs.get(key(one)) ?? specOf([], one)),
        dns: args.dns,
        leaving,
        verifications,
        requirements: [
          ...wanted,
          ...without(
            heldBefore().filter((one) => isRetiring(one) || isLeftHere(one)),
            wanted,
          ),
        ],
        verified,
        verifiedAt: verified ? (since ?? new Date(nowMs).toISOString()) : undefined,
        asked: stillAsked(verifications),
        readyToSend,
        readyAt: readyToSend ? (readySince ?? new Date(nowMs).toISOString()) : undefined,
        ready,
        set: configuredBy(args),
      };
    },
    unfinished(error) {
      if (!touched) return prior === undefined ? error : new PartialFailure<DomainState>(error, prior);
      const verifications = [...standing(), ...removed()];
      return new PartialFailure<DomainState>(error, {
        mark,
        unmarked: unmarkedAmong(verifications),
        domain: args.domain,
        identities: verifications.map((one) => specs.get(key(one)) ?? specOf([], one)),
        dns: hosts(),
        leaving: [],
        verifications,
        requirements: eachOnce([...heldBefore(), ...replaced, ...wanted]),
        verified: false,
        verifiedAt: undefined,
        asked: stillAsked(verifications),
        ...(asksForSending(args) && { readyToSend: false, ready: [] }),
        set: prior?.set,
      });
    },
  };
}
