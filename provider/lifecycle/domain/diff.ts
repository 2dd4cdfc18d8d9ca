import { judge } from "../../authority/judge";
import type { Ctx } from "../../core/ctx";
import { DnsHostError, explain, SesDomainError } from "../../core/errors";
import { describeFinding, diagnose } from "../../diagnosis/diagnose";
import type { CheckedArgs } from "../arguments/types";
import type { OpenIdentity } from "../identity/open";
import type { Clients } from "../observation/clients";
import type { PreviewCache } from "../observation/preview-cache";
import { flatten, missingAt, sameAccess, sameHost } from "../records/records";
import type { DomainState } from "./state";

export interface Difference {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  /** What the state's own tokens showed and `check`, which does not have them, could not. */
  readonly warnings: readonly string[];
}

/** What of an update there is to do. A timeout, a policy or a renamed profile of the same account is none. */
export async function diffDomain(
  state: DomainState,
  args: CheckedArgs,
  identities: readonly OpenIdentity[],
  healthy: boolean,
  lookout: PreviewCache,
  world: Clients,
  ctx: Ctx,
): Promise<Difference> {
  if (args.domain !== state.domain) return { changes: true, replaces: ["domain"], warnings: [] };
  const changes =
    !healthy ||
    state.mark === undefined ||
    (args.wait && !state.verified) ||
    !sameSet(
      identities.map(({ spec }) => spec),
      state.verifications,
    ) ||
    !sameHosts(state, args) ||
    placementChanged(state, args) ||
    (args.adopt === "own" && state.verifications.some(({ adopted }) => adopted));
  if (changes || (await otherZones(state, args, world, ctx))) return { changes: true, replaces: [], warnings: [] };
  if (args.previewCheck === "off" || args.dnsCheck.mode === "off") return { changes, replaces: [], warnings: [] };
  const renewed = await renewedTokens(state, identities, lookout, ctx);
  if (renewed.length > 0) return { changes: true, replaces: [], warnings: renewed };
  return { replaces: [], ...(await compareTokens(state, args, lookout, world, ctx)) };
}

/**
 * Where `check` had to ask SES for tokens, those that the state does not have: a run that was killed after SES had given
 * another token has published its value, but not kept it.
 */
async function renewedTokens(
  state: DomainState,
  identities: readonly OpenIdentity[],
  lookout: PreviewCache,
  ctx: Ctx,
): Promise<readonly string[]> {
  const words = await Promise.all(
    identities.map(async ({ spec, ses }) => {
      const known = state.verifications.find(({ name, region }) => name === spec.name && region === spec.region);
      try {
        const token = (await lookout.tokenAsked(ses, state.domain, ctx))?.token;
        if (known === undefined || token === undefined || token === known.token) return [];
      } catch (error) {
        // It is not known, then, and what is not known changes nothing.
        if (!(error instanceof SesDomainError)) throw error;
        return [];
      }
      return [
        `SES in ${spec.region} has another token for ${state.domain} than the state. Up will keep its value, and remove that of the previous token.`,
      ];
    }),
  );
  return words.flat();
}

/** Holds what `check` has read already against the tokens of the state. */
async function compareTokens(state: DomainState, args: CheckedArgs, lookout: PreviewCache, world: Clients, ctx: Ctx) {
  const authority = world.authority(args.dnsCheck);
  const warnings: string[] = [];
  for (const { name, values } of state.records) {
    const reading = await lookout.reading(authority, state.domain, name, ctx);
    if (!("sighting" in reading)) continue;
    const verdict = judge(reading.sighting, values);
    if (verdict.state !== "missing" || verdict.nowhere.length === 0) continue;
    const findings = diagnose({
      domain: state.domain,
      identities: state.verifications.map((one) => ({ ...one, verifiedBefore: true })),
      expected: values.map((value) => ({
        identity: state.verifications.find(({ token }) => value.endsWith(token))?.name ?? "",
        name,
        value,
      })),
      sightings: [reading.sighting],
      probes: [],
      unread: [],
      written: [],
    });
    warnings.push(...findings.filter(({ severity }) => severity === "error").map(describeFinding));
  }
  return { changes: warnings.length > 0, warnings };
}

function sameSet(
  wanted: readonly { readonly name: string; readonly region: string }[],
  had: readonly { readonly name: string; readonly region: string }[],
): boolean {
  const keys = (list: typeof wanted) => list.map(({ name, region }) => `${name} ${region}`).sort();
  return JSON.stringify(keys(wanted)) === JSON.stringify(keys(had));
}

function sameHosts(state: DomainState, args: CheckedArgs): boolean {
  return (
    state.dns.length === args.dns.length && args.dns.every((dns) => state.dns.some((before) => sameHost(before, dns)))
  );
}

/** Other credentials for a host may be a profile renamed, or lead to another account's zone, which lacks our values. */
async function otherZones(state: DomainState, args: CheckedArgs, world: Clients, ctx: Ctx): Promise<boolean> {
  const changed = args.dns.filter((dns) => !state.dns.some((before) => sameAccess(before, dns)));
  const lacking = await Promise.all(
    changed.map(async (dns) => {
      try {
        return (await missingAt(world.backend(dns), flatten(state.records), ctx)).length > 0;
      } catch (error) {
        // It is not known, then, and what is not known changes nothing.
        if (!(error instanceof DnsHostError)) throw error;
        ctx.log.debug(explain(error));
        return false;
      }
    }),
  );
  return lacking.includes(true);
}

/** `auto` keeps what it chose: only a placement that the program names, and that is not where the values are, is a change. */
function placementChanged(state: DomainState, args: CheckedArgs): boolean {
  const atApex = state.records.filter(({ name }) => name === state.domain).flatMap(({ values }) => values).length;
  const under = state.records.filter(({ name }) => name !== state.domain).flatMap(({ values }) => values).length;
  switch (args.placement) {
    case "auto":
      return false;
    case "underscore":
      return atApex > 0;
    case "apex":
      return under > 0;
    case "split":
      return atApex > 1 || under > 1;
  }
}
