import type { TurnableClock } from "../clock";
import { feedbackHost } from "./amazon-names";
import type { Ask } from "./ask";
import { type Dkim, observeDkim } from "./dkim";
import { expireLink, followDkim, type Identity, observe } from "./identity";
import { lookFor } from "./look";
import { lookForDkim } from "./look-dkim";
import type { DnsLook } from "./look-info";
import { lookForMailFrom } from "./look-mail-from";
import type { MailKind } from "./mail";
import { observeMailFrom } from "./mail-from";
import type { IdentityFinder } from "./replica";
import type { Schedule } from "./schedule";
import { wantedDkim } from "./signing";
import type { IdentityStore } from "./store";

/** SES's looks at DNS, each when it is due. */
export interface Looks {
  /** Sets the one timer to the earliest look of all: to be called after every change of what is due. */
  arm(): void;
  /** Looks at once, at all three parts of each identity. */
  lookAt(identities: readonly Identity[]): Promise<void>;
  close(): void;
}

export interface LooksOptions {
  readonly clock: TurnableClock;
  readonly ask: Ask;
  readonly schedule: Schedule;
  readonly store: IdentityStore;
  readonly finder: IdentityFinder;
  /** Takes the mails that SES sends. */
  post(identity: Identity, kind: MailKind, at: number): void;
}

const LOOKS_AT_ONCE = 32;
const NEVER = Number.POSITIVE_INFINITY;
const PARTS = ["verification", "dkim", "mailFrom"] as const;
type Part = (typeof PARTS)[number];

export function openLooks(options: LooksOptions): Looks {
  const { clock, ask, schedule, store, finder, post } = options;
  let timer: { cancel(): void; readonly at: number } | undefined;
  let closed = false;
  const counts = (identity: Identity) => !closed && store.holds(identity);

  const lookForToken = async (identity: Identity) => {
    if (identity.kind === "address") {
      expireLink(identity, clock.now());
      return;
    }
    if (identity.token === undefined && identity.dkim.nextLook !== undefined) {
      // DKIM alone decides.
      identity.nextLook = undefined;
      return;
    }
    const { revision } = identity;
    const seen = await lookFor(identity.name, identity.token, ask);
    // Where the identity was asked for again or removed meanwhile, this look no longer counts.
    if (!counts(identity) || identity.revision !== revision) return;
    for (const { kind, at } of observe(identity, seen, clock.now(), schedule)) post(identity, kind, at);
  };

  const seeDkim = async (identity: Identity): Promise<DnsLook> => {
    const wanted = wantedDkim(identity, finder);
    return wanted.kind === "problem"
      ? { result: "absent", errorType: wanted.problem, soa: undefined }
      : lookForDkim(identity.name, wanted, ask);
  };
  const lookForKeys = async (identity: Identity) => {
    const { dkim } = identity;
    if (dkim.method.kind === "none" || dkim.fixed || isSettled(dkim)) return;
    const seen = await seeDkim(identity);
    // Each call that changes DKIM makes another one.
    if (!counts(identity) || identity.dkim !== dkim) return;
    const before = dkim.status;
    for (const { kind, at } of observeDkim(dkim, seen, clock.now(), schedule)) post(identity, kind, at);
    if (dkim.status !== before) followDkim(identity, clock.now(), schedule);
  };

  const lookForExchange = async (identity: Identity) => {
    const { mailFrom } = identity;
    if (mailFrom === undefined || mailFrom.status === "Failed") return;
    const seen = await lookForMailFrom(mailFrom.domain, feedbackHost(identity.region), ask);
    if (!counts(identity) || identity.mailFrom !== mailFrom) return;
    for (const { kind, at } of observeMailFrom(mailFrom, seen, clock.now(), schedule)) post(identity, kind, at);
  };

  const lookForPart: Readonly<Record<Part, (identity: Identity) => Promise<void>>> = {
    dkim: lookForKeys,
    verification: lookForToken,
    mailFrom: lookForExchange,
  };
  const lookAll = async (due: readonly (readonly [Identity, readonly Part[]])[]) => {
    const waiting = [...due];
    const work = async () => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        const [identity, parts] = one;
        for (const part of parts) await lookForPart[part](identity);
      }
    };
    await Promise.all(Array.from({ length: Math.min(LOOKS_AT_ONCE, waiting.length) }, work));
  };

  const lookDue = async (now: number) => {
    const due = [...store.all()].filter((identity) => earliestLookOf(identity) <= now);
    await lookAll(
      due.map((identity) => [identity, PARTS.filter((part) => (nextLookOf(identity, part) ?? NEVER) <= now)] as const),
    );
  };

  const arm = () => {
    if (closed) return;
    let earliest = NEVER;
    for (const identity of store.all()) earliest = Math.min(earliest, earliestLookOf(identity));
    if (timer?.at === earliest) return;
    timer?.cancel();
    timer = undefined;
    if (earliest === NEVER) return;
    const started = clock.setTimer(earliest - clock.now(), async () => {
      timer = undefined;
      try {
        await lookDue(clock.now());
      } finally {
        arm();
      }
    });
    timer = { cancel: () => started.cancel(), at: earliest };
  };

  return {
    arm,
    async lookAt(identities) {
      await lookAll(identities.map((identity) => [identity, PARTS] as const));
      arm();
    },
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}

/** Not looked at again until a caller asks. */
const isSettled = ({ status }: Dkim) => status === "NotStarted" || status === "Failed";

/** Called for thousands of identities at each change of what is due. */
function earliestLookOf({ nextLook = NEVER, dkim, mailFrom }: Identity): number {
  return Math.min(nextLook, dkim.nextLook ?? NEVER, mailFrom?.nextLook ?? NEVER);
}

function nextLookOf(identity: Identity, part: Part): number | undefined {
  if (part === "verification") return identity.nextLook;
  return part === "dkim" ? identity.dkim.nextLook : identity.mailFrom?.nextLook;
}
