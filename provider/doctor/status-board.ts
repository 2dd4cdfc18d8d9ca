import { orAbort } from "../core/abort";
import type { Ctx } from "../core/ctx";
import { SesDomainError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import type { Clients } from "../lifecycle/observation/clients";
import type { IdentityStatus, SesPort, VerificationStatus } from "../ses/port";
import type { Subject } from "./subject";

/** SES's status of a domain; with its token where that was asked for. */
export type StatusOf = (
  ses: SesPort,
  domain: Fqdn,
  ctx: Ctx,
) => Promise<IdentityStatus | VerificationStatus | undefined>;

/** One domain: a question of its own, which tells the token too. */
export const askStatus: StatusOf = (ses, domain, ctx) => ses.status(domain, ctx);

/** So many statuses go in one request (GetIdentityVerificationAttributes): for these no list of several pages is read. */
const IN_ONE_REQUEST = 100;

/**
 * Many domains: the account's listing tells the status of all in one request, and what is not clear from it (or all, where
 * the credentials may not list) is asked for in one go, a hundred a request. As many as fit one request are asked for
 * without more than the list's first page, for it is long where the account is large. `shared` is the context of these requests.
 */
export function openStatusBoard(subjects: readonly Subject[], clients: Clients, shared: Ctx): StatusOf {
  const domains = domainsByPort(subjects, clients);
  const boards = new Map<SesPort, Promise<(domain: Fqdn) => ReturnType<StatusOf>>>();

  async function read(ses: SesPort): Promise<(domain: Fqdn) => ReturnType<StatusOf>> {
    const wanted = [...(domains.get(ses) ?? [])];
    const begun = await ses.listedSoFar(shared);
    const isLong = begun !== undefined && !begun.isWhole;
    const direct = isLong && wanted.length <= IN_ONE_REQUEST ? await askTogether(ses, wanted) : undefined;
    if (direct !== undefined) return (domain) => Promise.resolve(direct.get(domain));
    const listed = await ses.listing(shared);
    const unclear = wanted.filter((domain) => {
      const status = listed?.get(domain);
      return listed === undefined || (status !== undefined && status !== "Success");
    });
    const asked = new Map(unclear.map((domain) => [domain, ses.status(domain, shared)]));
    // A failure reaches the caller that waits for it; until then it is ignored.
    for (const one of asked.values()) one.catch(() => undefined);
    return (domain) => asked.get(domain) ?? Promise.resolve(listed?.get(domain));
  }

  /** As the list has them: of a verified domain the status alone. Undefined where the credentials may list, and not ask. */
  async function askTogether(ses: SesPort, wanted: readonly Fqdn[]): Promise<ReadonlyMap<Fqdn, Said> | undefined> {
    try {
      const said = await Promise.all(wanted.map((domain) => ses.status(domain, shared)));
      return new Map(wanted.map((domain, index) => [domain, asListed(said[index])]));
    } catch (error) {
      if (error instanceof SesDomainError && error.code === "permission-missing") return undefined;
      throw error;
    }
  }

  return async (ses, domain, ctx) => {
    const board = boards.get(ses) ?? read(ses);
    boards.set(ses, board);
    const lookUp = await orAbort(board, ctx.signal);
    return orAbort(lookUp(domain), ctx.signal);
  };
}

/** The domains that are asked about in each region of each account. */
export function domainsByPort(
  subjects: readonly Pick<Subject, "domain" | "identities">[],
  clients: Pick<Clients, "ses">,
): ReadonlyMap<SesPort, ReadonlySet<Fqdn>> {
  const domains = new Map<SesPort, Set<Fqdn>>();
  for (const { domain, identities } of subjects) {
    for (const { spec } of identities) {
      const ses = openQuietly(clients, spec);
      if (ses !== undefined) domains.set(ses, (domains.get(ses) ?? new Set()).add(domain));
    }
  }
  return domains;
}

type Said = Awaited<ReturnType<StatusOf>>;

function asListed(said: IdentityStatus | undefined): Said {
  return said?.status === "Success" ? said.status : said;
}

/** What is wrong with a port is said where its domain is looked at. */
function openQuietly(clients: Pick<Clients, "ses">, spec: Parameters<Clients["ses"]>[0]): SesPort | undefined {
  try {
    return clients.ses(spec);
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    return undefined;
  }
}
