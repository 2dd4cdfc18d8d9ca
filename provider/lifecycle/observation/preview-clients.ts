import type { Authority, Sighting } from "../../authority/authority";
import type { DkimKeys } from "../../authority/dkim-keys";
import type { Account } from "../../aws/session-types";
import type { Ctx } from "../../core/ctx";
import { AuthorityError, DnsHostError, SesError } from "../../core/errors";
import type { DnsBackend } from "../../dns/backend";
import { type CheckedDns, entryKey, hostOf } from "../../dns/hosts";
import type { SesPort } from "../../ses/port";
import type { CheckResult, MaybeUnknown, PreviewCheck } from "../arguments/types";
import type { Clients } from "./clients";
import {
  type BudgetedEndpoint,
  definite,
  type IsAnswer,
  openPreviewBudget,
  type PreviewBudget,
} from "./preview-budget";

/** The ports of one process for its previews, which share what they wait for each endpoint. */
export interface PreviewClients {
  readonly clients: Clients;
  readonly tell: PreviewBudget["tell"];
}

/** For a resource whose preview fails where it cannot learn something. */
export function boundStrictly(ctx: Ctx, previewCheck: MaybeUnknown<PreviewCheck> | undefined): Ctx {
  return previewCheck === "strict" ? { ...ctx, strict: true } : ctx;
}

/** What the program says; undefined where its arguments are refused. */
export function previewCheckIn(
  checked: CheckResult<{ readonly previewCheck: PreviewCheck }>,
): MaybeUnknown<PreviewCheck> | undefined {
  return checked.kind === "refused" ? undefined : checked.args.previewCheck;
}

const opened = new WeakMap<Clients, PreviewClients>();

/** One for each set of clients, however many kinds of resources ask. `budget`: for tests, by who asks first. */
export function previewClients(clients: Clients, budget: PreviewBudget = openPreviewBudget()): PreviewClients {
  const known = opened.get(clients);
  if (known !== undefined) return known;
  const fresh = { clients: boundClients(clients, budget), tell: budget.tell };
  opened.set(clients, fresh);
  return fresh;
}

function boundClients(clients: Clients, budget: PreviewBudget): Clients {
  // One port has one bound port: what was read through it is known by it.
  const bound = new WeakMap<object, object>();
  const once = <T extends object>(port: T, bind: (port: T) => T): T => {
    const known = bound.get(port) as T | undefined;
    const binding = known ?? bind(port);
    bound.set(port, binding);
    return binding;
  };
  return {
    ses: (identity) => once(clients.ses(identity), (port) => boundSes(port, budget)),
    backend: (dns) =>
      once(clients.backend(dns), (port) => boundBackend(port, dns, accountFor(dns, clients, budget), budget)),
    authority: (options) => once(clients.authority(options), (port) => boundAuthority(port, budget)),
  };
}

const fault = (message: string) => new SesError("endpoint-silent", message, { retryable: true });

function accountOf(port: SesPort, budget: PreviewBudget, ctx: Ctx): Promise<Account> {
  const sts: BudgetedEndpoint = { key: `sts ${port.region}`, name: `AWS STS in ${port.region}`, fault };
  return budget.within(sts, definite, (inner) => port.account(inner), ctx);
}

/** Calls of some hosts ask STS for the account first: while that is silent, it is not the host that is. */
function accountFor(dns: CheckedDns, clients: Clients, budget: PreviewBudget): (ctx: Ctx) => Promise<unknown> {
  const wish = hostOf(dns.kind).asksAws?.(dns);
  if (wish === undefined) return () => Promise.resolve();
  return async (ctx) => {
    try {
      const port = clients.ses({ name: undefined, region: undefined, ...wish });
      await accountOf(port, budget, ctx);
    } catch (error) {
      if (!(error instanceof SesError)) throw error;
      // The call itself has its own message for all else.
      if (error.code === "endpoint-silent") throw new DnsHostError(error.code, error.message, { retryable: true });
    }
  };
}

function boundSes(port: SesPort, budget: PreviewBudget): SesPort {
  const { region } = port;
  // A port is of one account: once STS has told it, no call waits for it again.
  let known: Account | undefined;
  const account = async (ctx: Ctx) => {
    known ??= await accountOf(port, budget, ctx);
    return known;
  };
  return bindCalls(port, async (method, call, ctx) => {
    if (method === "account") return account(ctx);
    const { id } = await account(ctx);
    const ses = { key: `ses ${region} ${id}`, name: `SES in ${region} (account ${id})`, fault };
    return budget.within(ses, definite, call, ctx);
  });
}

function boundBackend(
  port: DnsBackend,
  dns: CheckedDns,
  before: (ctx: Ctx) => Promise<unknown>,
  budget: PreviewBudget,
): DnsBackend {
  if (port.can.readable === false) return port;
  const host = hostOf(dns.kind);
  const endpoint: BudgetedEndpoint = {
    // Zones of one host are one endpoint; with other credentials it may be another rate, or another account.
    key: entryKey(dns, ["zone", "way"]),
    name: host.endpoint?.(dns) ?? host.title,
    fault: (message) => new DnsHostError("endpoint-silent", message, { retryable: true }),
  };
  return bindCalls(port, async (_method, call, ctx) => {
    await before(ctx);
    return budget.within(endpoint, definite, call, ctx);
  });
}

/** Of these, no server has answered. */
const UNANSWERED: ReadonlySet<string> = new Set(["servers-unreachable", "resolver-unreachable"]);

/**
 * Whether some server answered; each reply on the way is told while it goes on (`ctx.answered`), also where the zone's own
 * servers are dead. `validate`, `mailRoute` and `dkimKeys` learn nothing where none did; an examination tells nothing of it.
 */
function heardBy(method: string): IsAnswer<unknown> {
  return (outcome) => {
    if ("error" in outcome) return outcome.error instanceof AuthorityError && !UNANSWERED.has(outcome.error.code);
    switch (method) {
      case "look":
        return isAnswered(outcome.value as Sighting);
      case "lookAll":
        return (outcome.value as readonly Sighting[]).some(isAnswered);
      case "validate":
      case "mailRoute":
        return outcome.value !== undefined;
      case "dkimKeys":
        return (outcome.value as DkimKeys).targets.some(({ state }) => state !== "unknown" && state !== "unasked");
      default:
        return false;
    }
  };
}

/** What these methods say where no server answers: they have no other way to say it. */
const NOTHING_LEARNED: ReadonlyMap<string, DkimKeys | undefined> = new Map([
  ["mailRoute", undefined],
  ["validate", undefined],
  ["dkimKeys", { state: "unknown", targets: [] }],
]);

function isAnswered({ servers }: Sighting): boolean {
  return servers.some(({ kind }) => kind !== "unreachable");
}

function boundAuthority(port: Authority, budget: PreviewBudget): Authority {
  const endpoint: BudgetedEndpoint = {
    key: port,
    name: "DNS",
    // The parent zone's servers answer also where those of the zone itself do not.
    progresses: false,
    fault: (message) =>
      new AuthorityError("endpoint-silent", message, {
        hint: 'Where this network blocks port 53, read over HTTPS: dnsCheck: { mode: "doh" }.',
        retryable: true,
      }),
  };
  return bindCalls(port, async (method, call, ctx) => {
    try {
      return await budget.within(endpoint, heardBy(method), call, ctx);
    } catch (error) {
      const isSilence = error instanceof AuthorityError && error.code === "endpoint-silent";
      if (isSilence && NOTHING_LEARNED.has(method)) return NOTHING_LEARNED.get(method);
      throw error;
    }
  });
}

type Call = (ctx: Ctx) => Promise<unknown>;

/** The same port; each of its calls goes through `within`. The last argument of every method of a port is its `Ctx`. */
function bindCalls<T extends object>(port: T, within: (method: string, call: Call, ctx: Ctx) => Promise<unknown>): T {
  return new Proxy(port, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        const call: Call = (inner) => Reflect.apply(member, target, [...given.slice(0, -1), inner]);
        return within(String(property), call, given.at(-1) as Ctx);
      };
    },
  });
}
