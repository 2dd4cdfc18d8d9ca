import type { Authority } from "../authority/authority";
import { judge } from "../authority/judge";
import type { Ctx } from "../core/ctx";
import { explain, SesDomainError } from "../core/errors";
import { diagnose } from "../diagnosis/diagnose";
import type { ExpectedValue } from "../diagnosis/finding";
import type { DnsBackend } from "../dns/backend";
import type { CheckedArgs } from "./args";
import { type Assessment, assess, type Healthy } from "./assess";
import type { OpenIdentity } from "./identities";
import type { Lookout } from "./lookout";
import { investigate, readingsOf, seeIdentity } from "./observe";
import type { Place } from "./placement";
import { missingAt } from "./records";
import { holdsOurs, type Strangers, strangersIn } from "./strangers";
import { valuesAt } from "./wait";

export interface LookAt {
  readonly args: CheckedArgs;
  readonly identities: readonly (OpenIdentity & { readonly accountId: string })[];
  readonly places: Readonly<Record<string, Place>>;
  readonly hosts: readonly DnsBackend[];
  readonly authority: Authority | undefined;
  readonly healthy: Healthy;
  /** The tokens at the names that are known not to be ours. */
  readonly strangers: Strangers;
  /** By identity, where the tokens are known; else SES is asked for them where it matters. */
  readonly tokens?: ReadonlyMap<string, string> | undefined;
}

export interface Look extends Assessment {
  readonly strangers: Strangers;
}

const NOTHING = { action: "none", why: "", warnings: [], unknown: [] } as const;

/**
 * Looks at SES and at the authoritative servers for a preview. Reads only.
 *
 * A healthy domain costs no request of its own: the listing tells its status, and a set that holds, beside those of
 * strangers, exactly as many SES tokens as it should on every server is taken for ours (`diff`, which has the tokens from
 * the state, compares them one by one). Where it is less clear than that, SES is asked for the tokens.
 */
export async function lookAtDomain(what: LookAt, lookout: Lookout, ctx: Ctx): Promise<Look> {
  const { args, identities, places, authority, hosts } = what;
  const names = [...new Set(Object.values(places).map(({ name }) => name))];
  const [readings, seen] = await Promise.all([
    authority === undefined ? [] : Promise.all(names.map((name) => lookout.reading(authority, args.domain, name, ctx))),
    Promise.all(
      identities.map(async (identity) => ({
        ...identity,
        seen: await seeIdentity(
          { name: identity.spec.name, ses: identity.ses, accountId: identity.accountId, verifiedBefore: true },
          (ses) => lookout.status(ses, args.domain, ctx),
        ),
      })),
    ),
  ]);

  const countAt = (name: string) => Object.values(places).filter((place) => place.name === name).length;
  const clear =
    what.tokens === undefined &&
    seen.every(({ seen: { status } }) => status === "Success") &&
    readings.every((one) => "sighting" in one && holdsOurs(one, countAt(one.sighting.name), what.strangers));
  if (clear) return { ...NOTHING, text: what.healthy, strangers: what.strangers };

  const withTokens = await Promise.all(
    seen.map(async (identity) => ({
      ...identity,
      seen:
        identity.seen.status === "absent" || identity.seen.status === "unknown"
          ? identity.seen
          : what.tokens !== undefined
            ? { ...identity.seen, token: what.tokens.get(identity.spec.name) }
            : await seeIdentity(
                { name: identity.spec.name, ses: identity.ses, accountId: identity.accountId, verifiedBefore: true },
                (ses) => lookout.token(ses, args.domain, ctx),
              ),
    })),
  );
  const expected: ExpectedValue[] = withTokens.flatMap(({ spec, seen: { token } }) => {
    const place = places[spec.name];
    return token === undefined || place === undefined
      ? []
      : [{ identity: spec.name, name: place.name, value: place.prefix + token }];
  });
  const verdicts = readings.flatMap((reading) =>
    "sighting" in reading ? [judge(reading.sighting, valuesAt(expected, reading.sighting.name))] : [],
  );
  const troubled =
    withTokens.some(({ seen: { status } }) => status !== "Success") ||
    verdicts.some(({ state, servers }) => state !== "published" || servers.some((one) => one.state !== "serves")) ||
    readings.length > verdicts.length;
  const strangers = strangersIn(
    readings,
    expected.map(({ value }) => value),
  );
  if (!troubled) return { ...NOTHING, text: what.healthy, strangers };

  const misplaced = verdicts.some(({ state }) => state === "missing");
  const probe = misplaced ? authority : undefined;
  const observations = await investigate(args.domain, withTokens, expected, readings, hosts, probe, ctx);
  const partly = verdicts.some(({ state, nowhere }) => state === "missing" && nowhere.length === 0);
  const atHost = partly ? await goneAtHost(hosts, expected, args.ttl, ctx) : { gone: false, unknown: [] };
  const assessment = assess(
    {
      identities: observations.identities,
      verdicts,
      goneAtHost: atHost.gone,
      findings: diagnose(observations),
      unread: [
        ...readingsOf(readings).unread.map(({ name, message }) => `${name} could not be read: ${message}`),
        ...atHost.unknown,
      ],
    },
    { restart: args.restart, healthy: what.healthy },
  );
  return { ...assessment, strangers };
}

/** Some servers lack the value: either they lag, or the host itself has lost it. Only the host can tell. */
async function goneAtHost(
  hosts: readonly DnsBackend[],
  expected: readonly ExpectedValue[],
  ttl: number,
  ctx: Ctx,
): Promise<{ gone: boolean; unknown: string[] }> {
  const values = expected.map(({ name, value }) => ({ name, value, ttl }));
  const answers = await Promise.all(
    hosts.map(async (host) => {
      try {
        return (await missingAt(host, values, ctx)).length > 0;
      } catch (error) {
        if (!(error instanceof SesDomainError)) throw error;
        return explain(error);
      }
    }),
  );
  return { gone: answers.includes(true), unknown: answers.filter((answer) => typeof answer === "string") };
}
