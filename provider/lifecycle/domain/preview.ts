import type { Authority } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { DnsBackend } from "../../dns/backend";
import { type HostDefaults, settleIdentities } from "../arguments";
import type { CheckedArgs, CheckResult, Failure, PreviewCheck } from "../arguments/types";
import {
  attempt,
  claimIdentities,
  claimPinned,
  isPinned,
  type Located,
  note,
  openAccounts,
  type PreviewNotes,
  pinnedArns,
} from "../identity/accounts";
import { meetIdentity } from "../identity/meet";
import { openIdentity } from "../identity/open";
import { type Asked, type AskedByArn, askedAgain } from "../identity/restarts";
import type { Caller } from "../lifecycle";
import type { Healthy } from "../observation/assess";
import type { Clients } from "../observation/clients";
import { type Strangers, strangersIn } from "../observation/foreign-tokens";
import { type Look, lookAtDomain } from "../observation/look";
import type { PreviewCache } from "../observation/preview-cache";
import { toldAnew } from "../observation/told";
import { placeAt } from "../records/place";
import { firstLook } from "./new-domain";
import { plain } from "./state";

/** What the inputs of a resource hold beside the program's arguments. */
export interface DerivedInputs {
  /** Healthy, or what `up` will do and why: a change of it is what a preview shows. */
  readonly verification?: string;
  /** Known ahead, so that dependents keep it during an update. */
  readonly identityArns?: Readonly<Record<string, string>>;
  /** Tokens of others at our names; left out where there are none. */
  readonly __strangers?: Strangers;
  /** Left out by version 0.1. */
  readonly __register?: number;
  /** What SES was asked for again and is not verified since; left out where there is nothing. */
  readonly __asked?: AskedByArn;
}

export interface PreviewPorts extends Caller {
  readonly world: Clients;
  readonly lookout: PreviewCache;
  /** What configuration and environment supply where the program leaves it out. */
  readonly defaults: HostDefaults & { readonly region: string | undefined };
  /** The config key `sesdomain:previewCheck`, which overrides the argument of every resource. */
  readonly previewCheck: PreviewCheck | undefined;
}

export interface Previewed {
  readonly inputs: DerivedInputs & Readonly<Record<string, unknown>>;
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

/** In the inputs of every resource whose state holds a mark; a resource of version 0.1 has none. */
export const REGISTER_VERSION = 1;
/** What a preview shows of a resource of version 0.1, once. */
export const REGISTER =
  "register: `pulumi up` registers this resource as a user of its identities, by a tag on each. Nothing else changes.";

export function healthyText({ wait }: Pick<CheckedArgs, "wait">): Healthy {
  return wait ? "verified" : "requested";
}

/**
 * Checks a program's arguments against the rules, the credentials, the hosts and, where the resource exists, the live
 * world. Reads only. `checked` is what became of `raw`; `olds` are the inputs of the last run, empty for a new resource.
 */
export async function previewDomain(
  checked: CheckResult,
  raw: Readonly<Record<string, unknown>>,
  olds: DerivedInputs & Readonly<Record<string, unknown>>,
  ports: PreviewPorts,
  ctx: Ctx,
): Promise<Previewed> {
  if (checked.kind === "refused") return { inputs: raw, failures: checked.failures, warnings: checked.warnings };
  if (checked.kind === "planned") {
    const healthy = checked.args.wait === false ? "requested" : "verified";
    return {
      inputs: { ...raw, domain: checked.args.domain, verification: healthy, __register: REGISTER_VERSION },
      failures: [],
      warnings: checked.warnings,
    };
  }
  const args: CheckedArgs = {
    ...checked.args,
    previewCheck: ports.previewCheck ?? checked.args.previewCheck,
  };
  const notes: PreviewNotes = { failures: [], warnings: [...checked.warnings], unknown: [] };
  const base = { ...raw, domain: args.domain };
  const refuse = () => ({ inputs: base, failures: notes.failures, warnings: notes.warnings });

  const settled = settleIdentities(args.identities, ports.defaults.region);
  if ("failures" in settled) return { inputs: base, failures: settled.failures, warnings: notes.warnings };
  const opened = attempt(notes, "identities", () => settled.identities.map((one) => openIdentity(one, ports.world)));
  const hosts = attempt(notes, "dns", () => args.dns.map((dns) => ports.world.backend(dns)));
  if (opened === undefined || hosts === undefined) return refuse();
  const pins = olds.domain === args.domain ? (olds.identityArns ?? {}) : {};
  const identityNames = settled.identities.map(({ name }) => name);
  const places = attempt(notes, "placement", () => placeAt(args.domain, identityNames, args.placement, hosts));
  const names = [...new Set(Object.values(places ?? {}).map(({ name }) => name))];
  const authority = args.dnsCheck.mode === "off" ? undefined : ports.world.authority(args.dnsCheck);
  const looks = args.previewCheck !== "off";
  if (looks && authority !== undefined) beginReading(authority, args.domain, names, ports.lookout, ctx);
  const identities = await openAccounts(opened, args.domain, pins, notes, ctx);
  if (places === undefined || notes.failures.length > 0) return refuse();

  const declared = new Set(identities.filter(({ arn }) => ports.keeps(arn)));
  claimIdentities(identities, args.domain, ports.claim, notes);
  claimPinned(opened, identities, pins, ports.claim);
  const unseen = identities.filter((one) => !isPinned(pins, one));
  if (unseen.length > 0) await checkNewIdentities(args, unseen, declared, ports, notes, ctx);
  const existing = identities.filter((one) => isPinned(pins, one));
  const [readings] = await Promise.all([
    looks && authority !== undefined && existing.length === 0
      ? Promise.all(names.map((name) => ports.lookout.reading(authority, args.domain, name, ctx)))
      : [],
    olds.domain !== args.domain || !same(olds.dns, raw.dns) ? checkZones(hosts, names, raw.dns, notes, ctx) : undefined,
  ]);
  // An account that could not be learned now does not make its domain a new one, nor our tokens strangers'.
  const isNew = existing.length === 0 && identities.length === opened.length;
  let strangers = isNew ? strangersIn(readings) : (olds.__strangers ?? []);
  if (notes.failures.length > 0) return refuse();
  if (existing.length === 0) {
    const early = await firstLook(args.domain, readings, hosts, ctx);
    notes.warnings.push(...early.warnings);
    notes.unknown.push(...early.unknown);
  }

  const healthy = healthyText(args);
  let verification: string = healthy;
  let asked = olds.domain === args.domain ? (olds.__asked ?? {}) : {};
  if (looks && existing.length > 0) {
    const look = await lookAtDomain(
      {
        args,
        identities: existing.map((one) => ({ ...one, accountId: one.account.id, asked: olds.__asked?.[one.arn] })),
        // Where `up` did not wait, it has not seen it: SES may tell.
        verifiedBefore: olds.wait !== false,
        places: Object.fromEntries(
          existing.flatMap(({ spec: { name } }) => (places[name] ? [[name, places[name]]] : [])),
        ),
        hosts,
        authority,
        healthy,
        strangers,
      },
      ports.lookout,
      ctx,
    );
    verification = toldAnew(look.text, healthy, olds.verification);
    strangers = look.strangers;
    asked = nextAsked(asked, existing, look, ctx.clock.now());
    notes.warnings.push(...look.warnings);
    notes.unknown.push(...look.unknown);
  }
  if (args.previewCheck === "strict" && notes.unknown.length > 0) {
    const failures = notes.unknown.map((reason) => ({
      property: "previewCheck",
      reason: `is "strict", and the state of ${args.domain} could not be learned: ${reason}`,
    }));
    return { inputs: base, failures, warnings: notes.warnings };
  }
  const arns = pinnedArns(opened, identities, pins);
  if (verification === healthy && existing.length > 0 && olds.__register === undefined) verification = REGISTER;
  return {
    inputs: {
      ...base,
      verification,
      __register: REGISTER_VERSION,
      ...(arns === undefined ? {} : { identityArns: arns }),
      ...(strangers.length > 0 ? { __strangers: strangers } : {}),
      ...(Object.keys(asked).length > 0 ? { __asked: asked } : {}),
    },
    failures: [],
    warnings: [...notes.warnings, ...notes.unknown],
  };
}

/** What the inputs remember once `up` has done what the preview says. */
function nextAsked(before: AskedByArn, existing: readonly Located[], look: Look, nowMs: number): AskedByArn {
  const next = existing.flatMap(({ arn, spec: { name } }): [string, Asked][] => {
    if (look.asks.includes(name)) return [[arn, askedAgain(before[arn], nowMs)]];
    const kept = look.verified.includes(name) ? undefined : before[arn];
    return kept === undefined ? [] : [[arn, kept]];
  });
  return Object.fromEntries(next);
}

/** While AWS is asked whose account it is, the name servers can answer. Who needs a reading asks for it, and sees its failure. */
function beginReading(
  authority: Authority,
  domain: Fqdn,
  names: readonly Fqdn[],
  lookout: PreviewCache,
  ctx: Ctx,
): void {
  for (const name of names) lookout.reading(authority, domain, name, ctx).catch(() => undefined);
}

/** Does SES answer in that region, and is the domain there already? By the account's listing: one request for all domains. */
async function checkNewIdentities(
  args: CheckedArgs,
  identities: readonly Located[],
  declared: ReadonlySet<Located>,
  ports: PreviewPorts,
  notes: PreviewNotes,
  ctx: Ctx,
): Promise<void> {
  await Promise.all(
    identities.map(async (identity) => {
      const { spec, ses } = identity;
      const index = args.identities.findIndex(({ name, region }) => (name ?? region) === (spec.name ?? spec.region));
      const property = `identities[${Math.max(0, index)}]`;
      try {
        const status = await ports.lookout.status(ses, args.domain, ctx);
        if (status === undefined) return;
        const said = await meetIdentity(args.domain, identity, args.adopt, ports, declared.has(identity), ctx);
        if (said !== undefined) notes.warnings.push(said);
      } catch (error) {
        note(
          notes,
          error instanceof SesDomainError && error.code === "region-unknown" ? `${property}.region` : property,
          error,
        );
      }
    }),
  );
}

async function checkZones(
  hosts: readonly DnsBackend[],
  names: readonly Fqdn[],
  given: unknown,
  notes: PreviewNotes,
  ctx: Ctx,
): Promise<void> {
  await Promise.all(
    hosts.map(async (host, index) => {
      try {
        for (const name of names) await host.findZone(name, ctx);
      } catch (error) {
        note(notes, Array.isArray(given) ? `dns[${index}]` : "dns", error);
      }
    }),
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(plain(a ?? null)) === JSON.stringify(plain(b ?? null));
}
