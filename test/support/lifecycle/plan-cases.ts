import type { ServerSighting, Verdict } from "../../../provider/authority/authority";
import { judge } from "../../../provider/authority/judge";
import { fqdn } from "../../../provider/core/fqdn";
import { dataText } from "../../../provider/dns/requirement";
import type { Wait } from "../../../provider/lifecycle/arguments/types";
import { planDomain } from "../../../provider/lifecycle/domain/plan";
import type { Observation, PriorDomain, WantedDomain } from "../../../provider/lifecycle/domain/plan-question";
import type { DomainState } from "../../../provider/lifecycle/domain/state";
import type { ObservedIdentity } from "../../../provider/lifecycle/identity/request";
import type { Plan } from "../../../provider/lifecycle/lifecycle";
import { underscoreName } from "../../../provider/lifecycle/records/placement";
import { txtFor } from "./required";

const DOMAIN = fqdn("example.com");
export const NAME = underscoreName(DOMAIN);
const ARN = "arn:aws:ses:us-east-1:111111111111:identity/example.com";
export const TOKEN = "b3VyIG93biB0b2tlbiwgMzIgb2N0ZXRzIGxvbmcuLi4=";
const NOW_MS = Date.parse("2026-03-01T12:00:00Z");
const IDENTITY = "us-east-1";

/** What SES may say of an identity. */
export const AT_SES = {
  Success: { status: "Success", token: TOKEN },
  "Success without a TXT token": { status: "Success" },
  Pending: { status: "Pending", token: TOKEN },
  TemporaryFailure: { status: "TemporaryFailure", token: TOKEN },
  Failed: { status: "Failed", token: TOKEN },
  NotStarted: { status: "NotStarted", token: TOKEN },
  "no identity": { status: "absent" },
  "nothing that is known": { status: "unknown" },
} as const satisfies Record<string, Omit<ObservedIdentity, "tokenKnown">>;
export type AtSes = keyof typeof AT_SES;

const serves = (server: string): ServerSighting => ({
  server,
  address: "192.0.2.1",
  kind: "values",
  ttl: 300,
  values: [TOKEN],
});
const lacks = (server: string): ServerSighting => ({
  server,
  address: "192.0.2.2",
  kind: "absent",
  nxdomain: true,
  negativeTtl: undefined,
});
const silent = (server: string): ServerSighting => ({
  server,
  address: "192.0.2.3",
  kind: "unreachable",
  reason: "no answer",
});

/** What two name servers may say, and the DNS host where some lack the value. */
export const IN_DNS = {
  "on every server": { servers: [serves("a"), serves("b")], atHost: true },
  "on those servers that answer": { servers: [serves("a"), silent("b")], atHost: true },
  "missing on some servers": { servers: [serves("a"), lacks("b")], atHost: true },
  "missing on some servers, and at the host": { servers: [serves("a"), lacks("b")], atHost: false },
  "missing on every server": { servers: [lacks("a"), lacks("b")], atHost: false },
  "missing on those servers that answer": { servers: [lacks("a"), silent("b")], atHost: false },
  "not known: no server answers": { servers: [silent("a"), silent("b")], atHost: true },
} as const satisfies Record<string, { servers: readonly ServerSighting[]; atHost: boolean }>;
export type InDns = keyof typeof IN_DNS;

/** What earlier runs may have left. */
export const LEFT = ["inputs", "state", "unverified state"] as const;
type Left = (typeof LEFT)[number];

export interface PlanCase {
  readonly atSes: AtSes;
  readonly inDns: InDns;
  readonly left?: Left;
  readonly restart?: "auto" | "never";
  /** Failed requests, the last one just now. */
  readonly restarts?: number;
  readonly wait?: Wait;
}

export function planOf({
  atSes,
  inDns,
  left = "inputs",
  restart = "auto",
  restarts = 0,
  wait = "ready",
}: PlanCase): Plan {
  const asked = restarts === 0 ? {} : { [ARN]: { at: new Date(NOW_MS).toISOString(), restarts } };
  const prior: PriorDomain = {
    state: left === "inputs" ? undefined : stateOf({ verified: left === "state", asked }),
    arns: new Set([ARN]),
    asked,
    registered: true,
  };
  return planDomain(wantedOf({ restart, wait }), prior, observationOf(atSes, inDns));
}

export function wantedOf(args: Partial<WantedDomain["args"]> = {}): WantedDomain {
  return {
    args: {
      domain: DOMAIN,
      dns: [{ kind: "route53" }],
      placement: "auto",
      ttl: 300,
      wait: "ready",
      adopt: "keep",
      restart: "auto",
      ...args,
    },
    places: { [IDENTITY]: { name: NAME, prefix: "" } },
  };
}

export function stateOf(part: Partial<DomainState> = {}): DomainState {
  return {
    mark: "0123456789abcdef",
    unmarked: [],
    domain: DOMAIN,
    identities: [{ name: IDENTITY, region: IDENTITY }],
    dns: [{ kind: "route53" }],
    leaving: [],
    verifications: [
      {
        name: IDENTITY,
        region: IDENTITY,
        accountId: "111111111111",
        identityArn: ARN,
        token: TOKEN,
        status: "Success",
        adopted: false,
      },
    ],
    requirements: [txtFor(IDENTITY, NAME, TOKEN, ARN)],
    verified: true,
    verifiedAt: "2026-01-01T00:00:00.000Z",
    asked: {},
    ...part,
  };
}

export function observationOf(atSes: AtSes, inDns: InDns): Observation {
  const { servers, atHost } = IN_DNS[inDns];
  const current: ObservedIdentity = { ...AT_SES[atSes], tokenKnown: true };
  const expected = current.token === undefined ? [] : [txtFor(IDENTITY, NAME, TOKEN, ARN)];
  return {
    identities: [{ name: IDENTITY, region: IDENTITY, arn: ARN, current }],
    expected,
    verdicts: [verdictOf(servers, expected.map(dataText))],
    lacking: atHost ? [] : expected,
    findings: [],
    unknown: [],
    nowMs: NOW_MS,
  };
}

function verdictOf(servers: readonly ServerSighting[], values: readonly string[]): Verdict {
  const sighting = {
    name: NAME,
    type: "TXT",
    target: NAME,
    cnames: [],
    via: "authoritative",
    delegation: undefined,
    servers,
  } as const;
  return judge(sighting, values);
}
