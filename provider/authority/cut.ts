import { isIPv4 } from "node:net";
import { AuthorityError } from "../core/errors";
import { type Fqdn, ROOT } from "../core/fqdn";
import type { Message } from "../wire/message";
import { limitReached } from "./allowance";
import type { NameServer, ServersState } from "./authority";
import { exchange, type QueryLimits } from "./exchange";
import { firstGood } from "./hedge";
import { type Glue, inWords } from "./reply";
import type { Endpoint } from "./udp";

/** A zone and the servers that its parent names for it. */
export interface Cut {
  readonly zone: Fqdn;
  readonly glue: Glue;
}

/** One address of one server. */
export interface ServerAddress extends Endpoint {
  readonly server: string;
}

/** Why one address gave no usable answer. */
export interface QueryFailure {
  readonly serverAddress: ServerAddress;
  readonly reason: string;
  readonly recursive: boolean;
  readonly reached: boolean;
  /** It was not asked, since our own limits forbid it. */
  readonly limited: boolean;
}

/** What one reply says to the one who asked, or why it says nothing usable. */
export type Reading<T> = { readonly good: T } | { readonly lame: string; readonly recursive: boolean };

/** How many addresses are tried where one answer is enough. */
const TRIES = 6;

export function serverAddressesOf(servers: readonly NameServer[], port: number): readonly ServerAddress[] {
  return servers.flatMap(({ name, addresses }) => addresses.map((address) => ({ server: name, address, port })));
}

/** Asks one address after another until `read` accepts a reply. `bad` says why the others were not accepted. */
export function askAny<T>(
  serverAddresses: readonly ServerAddress[],
  query: { readonly name: string; readonly type: string },
  read: (message: Message) => Reading<T>,
  limits: QueryLimits,
  tries = TRIES,
): Promise<
  | { readonly good: { readonly value: T; readonly serverAddress: ServerAddress } }
  | { readonly bad: readonly QueryFailure[] }
> {
  return firstGood<ServerAddress, { value: T; serverAddress: ServerAddress }, QueryFailure>(
    inQueryOrder(serverAddresses).slice(0, tries),
    async (serverAddress, signal) => {
      const result = await exchange({ ...query, recursionDesired: false }, serverAddress, { ...limits, signal });
      if (result.kind === "silence")
        return {
          bad: {
            serverAddress,
            reason: result.reason,
            recursive: false,
            reached: false,
            limited: result.limited === true,
          },
        };
      const value = read(result.message);
      if ("good" in value) return { good: { value: value.good, serverAddress } };
      return { bad: { serverAddress, reason: value.lame, recursive: value.recursive, reached: true, limited: false } };
    },
    limits.timeouts.hedgeMs,
    limits.signal,
  );
}

/** One address of each server first, in random order, IPv4 before IPv6: a machine without IPv6 may notice that only by a timeout. */
function inQueryOrder(serverAddresses: readonly ServerAddress[]): readonly ServerAddress[] {
  const byFamily = shuffled(serverAddresses).sort((a, b) => family(a) - family(b));
  const turns = new Map<string, number>();
  const ranked = byFamily.map((serverAddress) => {
    const turn = turns.get(serverAddress.server) ?? 0;
    turns.set(serverAddress.server, turn + 1);
    return { serverAddress, rank: turn * 2 + family(serverAddress) };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ serverAddress }) => serverAddress);
}

/** Fisher-Yates shuffle. */
function shuffled<T>(items: readonly T[]): T[] {
  const mixed = [...items];
  for (let index = mixed.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    const [a, b] = [mixed[index], mixed[other]] as [T, T];
    mixed[index] = b;
    mixed[other] = a;
  }
  return mixed;
}

function family({ address }: ServerAddress): number {
  return isIPv4(address) ? 0 : 1;
}

/** What servers did together that all gave no usable answer. Undefined where none was asked, or where our own limits left some out. */
export function stateOfFailed(failures: readonly QueryFailure[]): ServersState | undefined {
  if (failures.some(({ limited }) => limited)) return undefined;
  const reached = failures.filter((one) => one.reached);
  if (failures.length === 0) return undefined;
  if (reached.length === 0) return "silent";
  return reached.every(({ recursive }) => recursive) ? "recursive" : "answer";
}

/**
 * The servers of a zone on the way down gave no usable answer. `root`: what the root's servers did when asked right after, or, where
 * `zone` is the root, in answer to this question; undefined where that is not known. This network blocks or intercepts only where
 * both fail in the same way.
 */
export function serversUnreachable(
  zone: Fqdn,
  failures: readonly QueryFailure[],
  root: ServersState | undefined,
  { budget }: QueryLimits,
): AuthorityError {
  if (budget && failures.some(({ limited }) => limited)) return limitReached(budget.domain);
  const what = failures.some(({ reached }) => reached) ? "answered with authority" : "could be reached";
  const told = failures
    .slice(0, 3)
    .map(({ serverAddress, reason }) => `${serverAddress.server} (${serverAddress.address}): ${reason}`);
  const seen = `No name server of ${inWords(zone)} ${what}: ${told.join("; ") || "none of their names resolves"}.`;
  if (root === "answer" && zone !== ROOT) {
    return new AuthorityError("parent-unreachable", `${seen} The root's name servers do answer.`, {
      hint: `Wait until the operator of ${zone} has repaired its name servers.`,
      retryable: true,
    });
  }
  if (root === undefined || root === "answer" || root !== stateOfFailed(failures)) {
    // Nothing shows that it is this network: a refusal comes from a server that was reached.
    return new AuthorityError("zone-unread", seen, { hint: "Look again later.", retryable: true });
  }
  const intercepted = root === "recursive";
  return new AuthorityError(
    intercepted ? "servers-intercepted" : "servers-unreachable",
    intercepted ? `${seen} Another machine on this network answers DNS in their place.` : seen,
    { retryable: true },
  );
}
