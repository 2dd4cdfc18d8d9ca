import type { Authority } from "../../authority/authority";
import { judge } from "../../authority/judge";
import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import { diagnose } from "../../diagnosis/diagnose";
import type { AskedAgain, ExpectedValue } from "../../diagnosis/finding";
import type { DnsBackend } from "../../dns/backend";
import type { VerificationStatus } from "../../ses/port";
import type { CheckedArgs } from "../arguments/types";
import type { OpenIdentity } from "../identity/open";
import { type Asked, heldUntilMs } from "../identity/restarts";
import type { Place } from "../records/placement";
import { missingAt } from "../records/records";
import { type Assessment, assess, type Healthy } from "./assess";
import { holdsOurs, type Strangers, strangersIn } from "./foreign-tokens";
import { investigate, type Reading, readingsOf, seeIdentity } from "./observe";
import type { PreviewCache } from "./preview-cache";
import { valuesAt } from "./wait/round";

export interface LookAt {
  readonly args: CheckedArgs;
  readonly identities: readonly (OpenIdentity & { readonly accountId: string; readonly asked?: Asked | undefined })[];
  /** Whether `up` saw the domain verified. */
  readonly verifiedBefore: boolean;
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
  /** The identities that SES says are verified, by name. */
  readonly verified: readonly string[];
}

const NOTHING = { action: "none", why: "", asks: [], warnings: [], unknown: [] } as const;

/**
 * Looks at SES and at the authoritative servers for a preview. Reads only.
 *
 * A healthy domain costs no request of its own: the listing tells its status, and a set that holds, beside those of
 * strangers, exactly as many SES tokens as it should on every server is taken for ours (`diff`, which has the tokens from
 * the state, compares them one by one). Where it is less clear than that, SES is asked for the tokens.
 */
export async function lookAtDomain(what: LookAt, lookout: PreviewCache, ctx: Ctx): Promise<Look> {
  const { args, identities, places, authority, hosts, verifiedBefore } = what;
  const see = async (
    { spec, ses, accountId, asked }: LookAt["identities"][number],
    status: Parameters<typeof seeIdentity>[1],
  ) => {
    const askedAgain = asked && inWords(asked, ctx.clock.now());
    return { ...(await seeIdentity({ name: spec.name, ses, accountId, verifiedBefore }, status)), askedAgain };
  };
  const names = [...new Set(Object.values(places).map(({ name }) => name))];
  const [readings, seen] = await Promise.all([
    authority === undefined ? [] : Promise.all(names.map((name) => lookout.reading(authority, args.domain, name, ctx))),
    Promise.all(
      identities.map(async (identity) => ({
        ...identity,
        seen: await see(identity, (ses) => lookout.status(ses, args.domain, ctx)),
      })),
    ),
  ]);

  const countAt = (name: string) => Object.values(places).filter((place) => place.name === name).length;
  const clear =
    what.tokens === undefined &&
    seen.every(({ seen: { status } }) => status === "Success") &&
    readings.every((one) => "sighting" in one && holdsOurs(one, countAt(one.sighting.name), what.strangers));
  const verifiedOf = (list: typeof seen) =>
    list.filter(({ seen: { status } }) => status === "Success").map(({ spec: { name } }) => name);
  if (clear) return { ...NOTHING, text: what.healthy, strangers: what.strangers, verified: verifiedOf(seen) };

  const withTokens = await Promise.all(
    seen.map(async (identity) => {
      const { status } = identity.seen;
      if (status === "unknown") return identity;
      // The account's list may lag behind what was made or restarted: SES's word on the identity itself decides.
      const asks = what.tokens === undefined || status === "absent" || LAPSED.has(status);
      const now = asks ? await see(identity, (ses) => lookout.token(ses, args.domain, ctx)) : identity.seen;
      const known = what.tokens === undefined || now.status === "absent" || now.status === "unknown";
      return { ...identity, seen: known ? now : { ...now, token: what.tokens.get(identity.spec.name) } };
    }),
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
  // Where our tokens could not be learned they are among those read, and what was not read may hold others' still.
  const learned = withTokens.every(({ seen: { status } }) => status !== "unknown") && readings.every(isRead);
  const ours = expected.map(({ value }) => value);
  const strangers = learned ? strangersIn(readings, ours) : what.strangers;
  if (!troubled) return { ...NOTHING, text: what.healthy, strangers, verified: verifiedOf(withTokens) };

  const misplaced = verdicts.some(({ state }) => state === "missing");
  // A server that is dead, or a value that SES has yet to see, is explained without more questions, one a second, to SES.
  const asks = (status: VerificationStatus | "absent" | "unknown") =>
    (misplaced || LAPSED.has(status)) && status !== "absent" && status !== "unknown" && lookout.mayAskInfo();
  const observations = await investigate(
    args.domain,
    withTokens.map(({ seen: one, ses }) => ({ seen: one, ses: asks(one.status) ? ses : undefined })),
    expected,
    readings,
    misplaced ? hosts : [],
    misplaced ? authority : undefined,
    ctx,
  );
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
  return { ...assessment, strangers, verified: verifiedOf(withTokens) };
}

function isRead(reading: Reading): boolean {
  return "sighting" in reading && reading.sighting.servers.some(({ kind }) => kind === "values" || kind === "absent");
}

const LAPSED: ReadonlySet<string> = new Set(["Failed", "NotStarted", "TemporaryFailure"]);

function inWords({ restarts, at, tokenChanged }: Asked, nowMs: number): AskedAgain {
  return { restarts, tokenChanged, lastMs: Date.parse(at), heldUntilMs: heldUntilMs({ restarts, at }, nowMs) };
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
