import type { Delegation } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { AuthorityError, DnsHostError, explain, SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { listed } from "../../core/words";
import type { DnsBackend, Zone } from "../../dns/backend";
import { type CheckedDns, DNS_KINDS, hostOf } from "../../dns/hosts";
import type { Requirement } from "../../dns/requirement";
import { checkDns } from "../arguments/dns";
import { known } from "../arguments/read";
import type { Ports } from "../lifecycle";
import type { Reading } from "../observation/observe";
import { heldAt } from "../records/held";

/** The hosts that hold the zone of an imported domain. */
export interface FoundHosts {
  /** `manual` where none of those that can be reached does. */
  readonly hosts: readonly DnsBackend[];
  /** As a program writes them. */
  readonly written: readonly { readonly kind: CheckedDns["kind"] }[];
}

/** One host as the configuration and the environment reach it, and what it said. */
interface Asked {
  readonly dns: CheckedDns;
  readonly backend: DnsBackend;
  readonly found: Zone | SesDomainError;
}

const SERVERS_NAMED = 4;

/**
 * Which of the hosts that can be reached serves the domain: the one whose zone has the name servers that the parent names. A host
 * without such names, such as a hidden primary, is known by the values that it holds. `reading`: of the name of the token.
 * Throws the error of a host that did not answer and may be the one.
 */
export async function findHosts(
  { domain, name, expected }: { readonly domain: Fqdn; readonly name: Fqdn; readonly expected: readonly Requirement[] },
  reading: Reading,
  { clients, defaults }: Pick<Ports, "clients" | "defaults">,
  ctx: Ctx,
): Promise<FoundHosts> {
  const delegation = "sighting" in reading ? reading.sighting.delegation : undefined;
  const isDelegated = "sighting" in reading ? delegation !== undefined : undefined;
  const reachable = DNS_KINDS.flatMap((kind) => {
    if (hostOf(kind).readable === false) return [];
    const dns = checkDns(
      { failures: [], warnings: [], unknownPaths: [] },
      { kind },
      { domain, defaults: defaults.hosts },
    );
    // What has to be configured and is not, is no host of this stack.
    return known(dns) ? dns.map((one) => one as CheckedDns) : [];
  });
  const isLikely = ({ kind }: CheckedDns) => isNamedLike(kind, delegation);
  const asked: Asked[] = [];
  for (const round of [reachable.filter(isLikely), reachable.filter((one) => !isLikely(one))]) {
    const answers = await Promise.all(round.map((dns) => ask(dns, name, clients, ctx)));
    asked.push(...answers);
    const serving = await matching(answers, delegation, expected, ctx);
    if (serving.length > 0) {
      return {
        hosts: serving.map(({ backend }) => backend),
        written: serving.map(({ dns: { kind } }) => ({ kind })),
      };
    }
  }
  const silent = asked.find(
    ({ dns, found }) => found instanceof SesDomainError && found.retryable && mayServe(dns.kind, delegation),
  );
  if (silent !== undefined && silent.found instanceof SesDomainError) throw silent.found;
  if (isDelegated === undefined && "code" in reading && reading.code !== "zone-unknown") {
    throw new AuthorityError(reading.code, `The name servers of ${domain} could not be read: ${reading.message}`);
  }
  ctx.log.warn(describeUnserved(domain, delegation, asked));
  const manual = { kind: "manual", underscores: true, multipleValues: true } as const;
  return { hosts: [clients.backend(manual)], written: [{ kind: "manual" }] };
}

async function ask(dns: CheckedDns, name: Fqdn, clients: Ports["clients"], ctx: Ctx): Promise<Asked> {
  const backend = clients.backend(dns);
  try {
    const zone = await backend.findZone(name, ctx);
    return { dns, backend, found: (await backend.withServers?.(zone, ctx)) ?? zone };
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    return { dns, backend, found: error };
  }
}

async function matching(
  answers: readonly Asked[],
  delegation: Delegation | undefined,
  expected: readonly Requirement[],
  ctx: Ctx,
): Promise<readonly Asked[]> {
  const zones = answers.filter(({ found }) => !(found instanceof SesDomainError));
  const delegated = zones.filter(({ found }) => isDelegatedTo(found, delegation));
  if (delegated.length > 0) return delegated;
  const hidden = zones.filter(({ dns }) => delegation === undefined || hostOf(dns.kind).serverNames === undefined);
  const holds = await Promise.all(
    hidden.map(async ({ backend }) => {
      const held = await heldAt(backend, expected, ctx);
      return expected.some((one) => held.ttlOf(one) !== undefined);
    }),
  );
  return hidden.filter((_, index) => holds[index]);
}

function isDelegatedTo(found: Asked["found"], delegation: Delegation | undefined): boolean {
  if (delegation === undefined || found instanceof SesDomainError) return false;
  return found.name === delegation.zone && found.servers.some((server) => delegation.parentServers.includes(server));
}

/** Whether the servers that the parent names are of the form that the host's have. */
function isNamedLike(kind: CheckedDns["kind"], delegation: Delegation | undefined): boolean {
  const { serverNames } = hostOf(kind);
  return serverNames !== undefined && delegation?.parentServers.some((server) => serverNames.test(server)) === true;
}

function mayServe(kind: CheckedDns["kind"], delegation: Delegation | undefined): boolean {
  return delegation === undefined || hostOf(kind).serverNames === undefined || isNamedLike(kind, delegation);
}

function describeUnserved(domain: Fqdn, delegation: Delegation | undefined, asked: readonly Asked[]): string {
  const where =
    delegation === undefined
      ? `No name servers of ${domain} are known`
      : `The zone ${delegation.zone} is at ${listed(delegation.parentServers, SERVERS_NAMED)}`;
  const likely = asked.find(({ dns }) => isNamedLike(dns.kind, delegation));
  const why =
    likely?.found instanceof DnsHostError
      ? ` ${hostOf(likely.dns.kind).title} does not let it be read: ${explain(likely.found)}`
      : "";
  const other = "If it is another host's, name that host in dns before the first `pulumi up`.";
  return `${where}. No DNS host that can be reached here serves it, so it is imported as { kind: "manual" }.${why} ${other}`;
}
