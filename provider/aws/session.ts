import type { Network } from "../core/agents";
import { isPlainRemote } from "../core/http";
import type { RateLimiters } from "../core/queues";
import { openMemo } from "../core/queues";
import { readAccount } from "./account";
import { guardAnswers } from "./answer";
import { credentialsFor } from "./credentials";
import { openHandler } from "./handler";
import type { Reader } from "./hints";
import { endpointOptions, networkOf } from "./network";
import { type Env, SES_REGIONS } from "./region";

import { sdk } from "./sdk";
import type { AwsService, AwsSession, Credentials, ReadCredentials, SessionOptions } from "./session-types";
import type { AwsSettings } from "./settings";
import { namesEndpoints } from "./shared-files";

export interface SessionParts {
  readonly key: string;
  readonly region: string | undefined;
  readonly options: SessionOptions;
  readonly settings: AwsSettings;
  readonly env: Env;
  readonly limiters: RateLimiters;
  readonly bounds: AwsBounds;
  readonly reader: Reader;
}

/** How long AWS may take, in milliseconds of real time. */
export interface AwsBounds {
  readonly connectMs: number;
  /** One request with its whole answer. */
  readonly answerMs: number;
  /** The SDK's own chain of credentials: a process of the user's may ask for a code there. */
  readonly credentialsMs: number;
}

export const AWS_BOUNDS: AwsBounds = { connectMs: 5_000, answerMs: 20_000, credentialsMs: 180_000 };

/** Where no region is set: signs for Route 53 and STS, which have one global endpoint. */
const GLOBAL_REGION = "us-east-1";
const ENDPOINT_VARIABLES: Readonly<Record<AwsService, string>> = {
  ses: "AWS_ENDPOINT_URL_SES",
  sesv2: "AWS_ENDPOINT_URL_SESV2",
  route53: "AWS_ENDPOINT_URL_ROUTE_53",
  sts: "AWS_ENDPOINT_URL_STS",
};

export function openSession({
  key,
  region,
  options,
  settings,
  env,
  limiters,
  bounds,
  reader,
}: SessionParts): AwsSession {
  const secrets = new Set<string>();
  let tokenless = false;
  const remember = (used: Credentials) => {
    for (const secret of [used.accessKeyId, used.secretAccessKey, used.sessionToken]) if (secret) secrets.add(secret);
    // So begin the keys of temporary credentials (IAM user guide, unique identifiers).
    tokenless = used.accessKeyId.startsWith("ASIA") && !used.sessionToken;
    return used;
  };

  const hasOwnEndpoint = (service: AwsService) =>
    settings.endpoints[service] !== undefined ||
    Boolean(env[ENDPOINT_VARIABLES[service]] || env.AWS_ENDPOINT_URL) ||
    namesEndpoints(options.profile ?? settings.profile, settings, env);
  let network: Network | undefined;
  const plain = new Map<string, "to say" | "said">();
  const requestHandler = openHandler({ withinMs: bounds.answerMs, connectMs: bounds.connectMs }, (url) => {
    if (isPlainRemote(url) && !plain.has(url.origin)) plain.set(url.origin, "to say");
    network ??= networkOf(settings, options.profile ?? settings.profile, env);
    return network;
  });
  const common = (service: AwsService, endpoint = settings.endpoints[service]) => ({
    region: region ?? GLOBAL_REGION,
    // Waiting and trying again is done in one place, core/retry.
    maxAttempts: 1,
    requestHandler,
    ...endpointOptions(settings.network),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const stsFor = async (read: ReadCredentials | undefined) => {
    const { STSClient } = sdk.sts();
    const client = new STSClient({
      ...common("sts"),
      ...(read === undefined ? {} : { credentials: async () => remember(await read()) }),
    });
    return guardAnswers(client, "sts");
  };
  let readings = 0;
  const watch = (reading: Promise<unknown>) => {
    readings += 1;
    const done = () => {
      readings -= 1;
    };
    reading.then(done, done);
  };
  const withinMs = bounds.credentialsMs;
  // The SDK's chain reads the environment of the process, whatever is handed in here.
  const read = credentialsFor(options, settings, {
    openSts: stsFor,
    requestHandler,
    region: region ?? GLOBAL_REGION,
    env: process.env,
    withinMs,
    watch,
    reader,
  });
  const credentials = async () => remember(await read());

  const ses = lazily(async () => {
    const { SESClient } = sdk.ses();
    return guardAnswers(new SESClient({ ...common("ses"), credentials }), "ses");
  });
  const sesv2 = lazily(async () => {
    const { SESv2Client } = sdk.sesv2();
    return guardAnswers(new SESv2Client({ ...common("sesv2"), credentials }), "sesv2");
  });
  const route53 = lazily(async () => {
    const { Route53Client } = sdk.route53();
    return guardAnswers(new Route53Client({ ...common("route53"), credentials }), "route53");
  });
  const sts = lazily(() => stsFor(credentials));

  const session: AwsSession = {
    region,
    key,
    limiters,
    reader,
    heard: new Set(),
    credentials,
    obtaining: () => readings > 0,
    ses,
    sesv2,
    route53,
    sts,
    account: openMemo((ctx) => readAccount(session, options.accountId, settings, ctx)),
    async ensureAllowed(ctx) {
      const restricted = settings.allowedAccountIds.length + settings.forbiddenAccountIds.length > 0;
      if (restricted || options.accountId !== undefined) await session.account(ctx);
    },
    context: (action, service) => ({
      action,
      region: region ?? "the global region",
      regional: !hasOwnEndpoint(service) && mayLackEndpoint(region, settings, env),
      secrets: [...secrets],
      tokenless,
      variant: variantOf(settings, env),
      reader,
    }),
    takeWarnings() {
      const fresh = [...plain].flatMap(([origin, state]) => (state === "to say" ? [origin] : []));
      for (const origin of fresh) plain.set(origin, "said");
      return fresh.map((origin) => plainWarning(origin, settings, env));
    },
  };
  return session;
}

function variantOf({ network }: AwsSettings, env: Env): string | undefined {
  if (network.useFipsEndpoint ?? env.AWS_USE_FIPS_ENDPOINT === "true") return "FIPS";
  return (network.useDualstackEndpoint ?? env.AWS_USE_DUALSTACK_ENDPOINT === "true") ? "dual-stack" : undefined;
}

/** Of a region where SES is known to be, a name that does not resolve says something of this machine's DNS alone. */
function mayLackEndpoint(region: string | undefined, settings: AwsSettings, env: Env): boolean {
  return region === undefined || !SES_REGIONS.has(region) || variantOf(settings, env) !== undefined;
}

function plainWarning(origin: string, settings: AwsSettings, env: Env): string {
  const leadsThere = (text: string | undefined) =>
    text !== undefined && URL.canParse(text) && new URL(text).origin === origin;
  const variables = ["AWS_ENDPOINT_URL", ...Object.values(ENDPOINT_VARIABLES)];
  const source = Object.values(settings.endpoints).some(leadsThere)
    ? "aws:endpoints"
    : (variables.find((name) => leadsThere(env[name])) ?? "endpoint_url in the shared AWS config");
  return `AWS: ${source} names ${origin}: requests and session tokens are sent there unencrypted. Use https, unless the network in between is private.`;
}

function lazily<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}
