import { judge } from "../authority/judge";
import type { Aws } from "../aws/aws";
import type { Ctx } from "../core/ctx";
import { explain, SesDomainError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { listed } from "../core/words";
import { isTokenShaped } from "../diagnosis/damage";
import { diagnose, toReport } from "../diagnosis/diagnose";
import type { Observations, WrittenZone } from "../diagnosis/finding";
import { keyText } from "../dns/record";
import { dataText, type Requirement, valuesAt } from "../dns/requirement";
import type { Clients } from "../lifecycle/observation/clients";
import { investigate } from "../lifecycle/observation/investigate";
import { examine, type Reading, read, readingsOf } from "../lifecycle/observation/observe";
import { tokenIn } from "../lifecycle/records/requirements";
import { asker, checkIdentity, type IdentityCheck, isAsked, readAllUsers, tokenOf } from "./identity-check";
import { type DomainReport, outcomeOf } from "./report";
import { searchRegions, survey } from "./search";
import type { SendingPorts } from "./sending/ask";
import { askSending, lookForSending, type SendingAsked, type SendingExamined } from "./sending/examine";
import { sendingOf, weighed } from "./sending/standing";
import type { StatusOf } from "./status-board";
import { givenTokens, namesOf, placeTokens, type Subject, type Token } from "./subject";
import { isVerified } from "./verified";
import { commandWithResolver } from "./with-resolver";

export interface CheckupPorts {
  readonly clients: Clients;
  readonly aws: Aws;
  readonly status: StatusOf;
  /** How many more domains may be looked into by questions to AWS, of which each takes several. */
  readonly depthBudget: { left: number };
  /** Whether the users of each identity are read: one request an identity, one a second. */
  readonly users: boolean;
  readonly sending: SendingPorts;
}

/** How far a look goes: `quick` leaves out the other regions and the account's other zones. */
export type Depth = "quick" | "full";

/**
 * Looks at one domain: SES, and every server at every address. Reads only. A healthy one costs one round of questions to
 * the servers for the record and one for their SOA; the rest is asked where something is wrong.
 */
export async function checkUp(subject: Subject, ports: CheckupPorts, depth: Depth, ctx: Ctx): Promise<DomainReport> {
  const { domain } = subject;
  const authority = ports.clients.authority(subject.dnsCheck);
  ctx.log.status(`${domain}: asking ${askedOf(subject)}`);
  const asking = Promise.all(subject.identities.map((identity) => checkIdentity(identity, subject, ports, ctx)));
  const askingOn = asking.then((checks) => askSending(subject, checks.filter(isAsked), ports, ctx));
  const lookingOn = askingOn.then((asked) => lookForSending(subject, asked, ports, depth === "full", ctx));
  // It is waited for at the end, after the rest.
  lookingOn.catch(() => undefined);
  const [readings, all, asked] = await Promise.all([
    Promise.all(namesOf(subject).map((name) => read(authority, name, ctx))),
    asking,
    askingOn,
  ]);
  const leftOut = all.filter((one) => !isAsked(one));
  const checks = all.filter(isAsked);
  const users = ports.users && depth === "full" ? readAllUsers(checks, subject, ctx) : [];
  const told = subject.identities.length > 0 ? checks.flatMap((one) => tokenOf(one, subject)) : statedTokens(subject);
  const tokens = [...told, ...givenTokens(subject.tokens)];
  const expected = placeTokens(subject, tokens, readings);
  const main = readings.filter((reading) => isMain(reading, expected, subject));

  const verdicts = readingsOf(main).sightings.map((each) => judge(each, valuesAt(expected, each)));
  const seen = checks.map(({ seen: { token: _, ...rest } }) => rest);
  const wrong =
    !seen.every(isVerified) ||
    verdicts.length < main.length ||
    verdicts.some(({ state, servers }) => state !== "published" || servers.some((one) => one.state !== "serves"));
  const troubled = wrong && checks.length + tokens.length > 0;
  if (troubled) ctx.log.status(`${domain}: looking for the cause`);

  const gathered: Observations = troubled
    ? await investigateMore(subject, knowing(checks, asked), expected, main, ports, depth, ctx)
    : {
        domain,
        identities: seen,
        expected,
        ...readingsOf(main),
        probes: [],
        written: [],
        ...(await examine(authority, main, ctx)),
      };
  const sending = await lookingOn;
  const declared = subject.expected !== undefined;
  const observations: Observations = {
    ...withSending(gathered, sending),
    atMs: ctx.clock.now(),
    declared,
    withoutHost: declared && subject.withoutHost,
    inDoctor: true,
  };
  const findings = weighed(toReport(diagnose(observations)), observations).map((one) =>
    commandWithResolver(one, subject.dnsCheck, subject.identities),
  );
  const notAsked = leftOut[0]?.seen;
  const judged = [...verdicts, ...(sending?.verdicts ?? [])];
  const standing = sending && sendingOf({ observations, verdicts: judged, findings }, subject.sending?.dmarc === false);
  return {
    observations,
    verdicts: judged,
    findings,
    users: await users,
    sending: standing,
    outcome: outcomeOf(observations, judged, findings, notAsked?.unknownBecause, standing),
    notAsked: notAsked?.unknownBecause,
    notAskedHint: notAsked?.unknownHint,
  };
}

/** Where SES has told of its last look already, it is not asked again. */
function knowing(checks: readonly IdentityCheck[], { infos }: SendingAsked): readonly IdentityCheck[] {
  return checks.map((one) => {
    const info = infos.get(one.identity.name);
    return info === undefined || one.port === undefined
      ? one
      : { ...one, port: { ...one.port, info: () => Promise.resolve(info) } };
  });
}

/** With what was seen of DKIM, MAIL FROM, SPF and DMARC. */
function withSending(gathered: Observations, sending: SendingExamined | undefined): Observations {
  if (sending === undefined) return gathered;
  const { identities, expected, seen } = sending;
  return {
    ...gathered,
    ...seen,
    identities: gathered.identities.map((one) => {
      const same = identities.find(({ name }) => name === one.name);
      return { ...one, dkim: same?.dkim, mailFrom: same?.mailFrom };
    }),
    expected: [...gathered.expected, ...expected],
    sightings: [...gathered.sightings, ...seen.sightings],
    unread: [
      ...gathered.unread,
      ...seen.unread.filter(({ name }) => !gathered.unread.some((one) => one.name === name)),
    ],
    probes: [...gathered.probes, ...seen.probes],
  };
}

/** `SES in us-east-1 and its name servers`. */
function askedOf({ identities, dnsCheck }: Subject): string {
  const ses = identities.length === 0 ? [] : [`SES in ${listed(identities.map(({ name }) => name))}`];
  return [...ses, dnsCheck.mode === "doh" ? "resolvers over HTTPS" : "its name servers"].join(", ");
}

/** The tokens of the state, where SES is not asked. */
function statedTokens({ expected = [] }: Subject): Token[] {
  const tokens = expected.flatMap((one): Token[] => {
    const token = tokenIn(one);
    return token === undefined ? [] : [{ identity: one.owner.identity, token }];
  });
  return tokens.filter((one, index) => tokens.findIndex(({ identity }) => identity === one.identity) === index);
}

function nameOf(reading: Reading): Fqdn {
  return "sighting" in reading ? reading.sighting.name : reading.name;
}

/** The domain itself only counts where a value is expected there, or where there is nothing to expect and it has one. */
function isMain(reading: Reading, expected: readonly Requirement[], subject: Subject): boolean {
  const name = nameOf(reading);
  if (expected.length > 0) return expected.some(({ record }) => record.name === name);
  if (name !== subject.domain) return true;
  return readingsOf([reading]).sightings.some(({ servers }) =>
    servers.some((one) => one.kind === "values" && one.values.some(isTokenShaped)),
  );
}

/** What may explain the trouble, all at once. */
async function investigateMore(
  subject: Subject,
  checks: readonly IdentityCheck[],
  expected: readonly Requirement[],
  main: readonly Reading[],
  ports: CheckupPorts,
  depth: Depth,
  ctx: Ctx,
): Promise<Observations> {
  const { domain } = subject;
  const deep = ports.depthBudget.left > 0;
  // A watch looks at one domain as often as it likes.
  if (depth === "full") ports.depthBudget.left -= 1;
  const sightings = readingsOf(main).sightings;
  const lost = expected.filter(
    (one) =>
      !sightings.some(
        (each) => keyText(each) === keyText(one.record) && judge(each, [dataText(one)]).state === "published",
      ),
  );
  const known = checks.filter(({ seen }) => seen.status !== "unknown").map(({ identity }) => identity);
  const asked = checks.map(({ seen }) => seen.region);
  const away = checks.find(({ seen: { status, coveredBy } }) => status === "absent" && coveredBy === undefined);
  const authority = ports.clients.authority(subject.dnsCheck);
  const [gathered, holding, elsewhere] = await Promise.all([
    investigate(
      domain,
      checks.map((check) => {
        const { token: _, ...seen } = check.seen;
        return { seen, ses: deep ? asker(check) : undefined };
      }),
      expected,
      main,
      deep ? openHosts(subject, ports, ctx) : [],
      authority,
      ctx,
    ),
    deep && depth === "full" && lost.length > 0 ? survey(known, lost, ports.aws, ctx) : [],
    deep && depth === "full" && away !== undefined
      ? searchRegions(domain, asked, away.identity, ports.clients, ctx)
      : [],
  ]);
  const written = [...gathered.written, ...holding];
  return {
    ...gathered,
    written: written.length > 0 ? written : byHand(sightings),
    elsewhere,
  };
}

function openHosts({ hosts }: Subject, { clients }: CheckupPorts, ctx: Ctx) {
  return hosts.flatMap((dns) => {
    try {
      return [clients.backend(dns)];
    } catch (error) {
      if (!(error instanceof SesDomainError)) throw error;
      ctx.log.debug(explain(error));
      return [];
    }
  });
}

/** Without a program that writes, fixes are told for the owner of the zone that resolvers see. */
function byHand(sightings: Observations["sightings"]): WrittenZone[] {
  const delegation = sightings.find((each) => each.delegation !== undefined)?.delegation;
  return delegation === undefined ? [] : [{ kind: "manual", zone: delegation.zone, servers: delegation.parentServers }];
}
