import { setTimeout as delay } from "node:timers/promises";
import type { Ground } from "../ground";
import type { SesChoices } from "../ses/choices";
import type { SesModel } from "../ses/model";
import type { Schedule } from "../ses/schedule";
import { openSes } from "../ses/ses";
import { trace } from "../trace";
import { type AccountOptions, type Accounts, type AwsCredentials, openAccounts } from "./accounts";
import { authenticate } from "./authenticate";
import { AwsError, type Dialect, errorReply, throttled, tooLarge } from "./errors";
import { faultReply } from "./fault-reply";
import { CUT, openHttpServer } from "./listen";
import { type HttpReply, type HttpRequest, headerOf, segmentsOf } from "./message";
import { openRateLimiter } from "./rate";
import { SES_REGIONS } from "./regions";
import { openRoute53, type Route53Controls, type Route53Options } from "./route53/route53";
import type { AwsService, Call, Circumstances, Operation } from "./service";
import { askThrough } from "./ses-ask";
import { openSesV1 } from "./ses-v1";
import { openSesV2 } from "./ses-v2";
import { openAmazonZone } from "./ses-zone";
import { parseAuthorization } from "./sigv4";
import { openSts } from "./sts";

/** How AWS's APIs are to behave. */
export interface CloudOptions {
  /** Where to listen. Default 127.0.0.1 and any port that is free. */
  readonly address?: string;
  /** Default 0: any that is free. */
  readonly port?: number;
  /** Default: one, "000000000000" of the standard partition. */
  readonly accounts?: readonly AccountOptions[];
  /** Where SES answers; elsewhere the connection is closed, where the real world has no such host. Default `SES_REGIONS`. */
  readonly sesRegions?: readonly string[];
  /** One SES call a second an action, account and region; five Route 53 calls a second an account. Default true. */
  readonly rateLimits?: boolean;
  /** How SES verifies. */
  readonly ses?: {
    /** When SES looks, and when it gives up. */
    readonly schedule?: Partial<Schedule>;
    /** Which token a domain gets that is asked for again after it failed. */
    readonly tokenAfterFailure?: "same" | "new";
    /** What AWS does not document. */
    readonly choices?: Partial<SesChoices>;
  };
  /** How Route 53 behaves. */
  readonly route53?: Route53Options;
  /** What else answers at the endpoint: a DNS host whose API is not AWS's. */
  readonly others?: readonly Endpoint[];
}

/** An API that does not sign its requests as AWS does. */
export interface Endpoint {
  /** The service's name, as `HttpMatch` and the log of requests have it. */
  readonly name: string;
  /** How errors are written. */
  readonly dialect: Dialect;
  /** Whether the request is for this endpoint. */
  accepts(request: HttpRequest): boolean;
  /** Who asks for what; refuses, as the service does, by returning the refusal from `run`. */
  operation(request: HttpRequest): {
    /** The action's name, as `HttpMatch` and the log of requests have it. */
    readonly action: string;
    /** The caller's account. */
    readonly account: string;
    /** Has the request take its effect. */
    run(): Promise<HttpReply>;
  };
}

/** AWS's APIs at one loopback endpoint. */
export interface Cloud {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The accounts, their credentials, and what they may do. */
  readonly accounts: Accounts;
  /** SES as it stands: its identities, and what it is about to do. */
  readonly ses: SesModel;
  /** Route 53's controls. */
  readonly route53: Route53Controls;
  /** Where SES answers. May be changed at any time. */
  readonly sesRegions: Set<string>;
  /** Whether requests are throttled as AWS does. May be changed at any time. */
  rateLimits: boolean;
  /** How many requests were throttled, by "service:action". */
  throttled(): Readonly<Record<string, number>>;
  /** The key of an account; of the first one where none is named. */
  credentials(accountId?: string): AwsCredentials;
  /** What AWS's tools read: the four endpoints, and the account's key. */
  environment(accountId?: string): Readonly<Record<string, string>>;
  /** Stops listening, and ends all connections. */
  close(): Promise<void>;
}

export async function openCloud(ground: Ground, options: CloudOptions = {}): Promise<Cloud> {
  const { clock, faults, requests } = ground;
  const accounts = openAccounts(options.accounts ?? [{ id: "000000000000" }]);
  const sesRegions = new Set(options.sesRegions ?? SES_REGIONS);
  const ses = openSes({
    clock,
    ask: askThrough(ground),
    zone: openAmazonZone(ground.zones),
    isRegion: (region) => sesRegions.has(region),
    ...options.ses,
  });
  const { settled } = ground.zones;
  const sesV2 = openSesV2({
    model: ses,
    settled,
    mayReplicate: ({ caller, region }, parentArn) =>
      accounts.allows(caller, "ses:ReplicateEmailIdentityDKIMSigningKey", parentArn, () => ({
        "aws:RequestedRegion": [region],
        "ses:ReplicaRegion": [region],
      })),
    allowTagging: ({ caller, region }, arn) =>
      accounts.authorize(caller, "ses:TagResource", arn, () => ({ "aws:RequestedRegion": [region] })),
  });
  const route53 = openRoute53(ground, options.route53 ?? {});
  const services: readonly AwsService[] = [openSts(accounts), sesV2, route53, openSesV1(ses, settled)];
  const limiter = openRateLimiter(clock);
  const refused = new Map<string, number>();

  const perform = async (
    service: { readonly name: string; readonly dialect: Dialect },
    who: { readonly account: string; readonly region: string; readonly host: string; readonly arn: string },
    asked: { readonly action: string; readonly permission?: string },
    run: (circumstances: Circumstances) => Promise<HttpReply>,
    requestId: string,
  ): Promise<HttpReply | typeof CUT> => {
    const name = service.name === "sesv2" ? "ses" : service.name;
    const event = { service: name, action: asked.action, region: who.region, account: who.account };
    await requests.tell({ ...event, phase: "before" });
    const fault = faults.takeHttp({ ...event, host: who.host });
    const tagsAt = faults.takeTagsAt({ ...event, host: who.host });
    if (fault?.kind === "cut-before") return CUT;
    const permission = asked.permission ?? `${name}:${asked.action}`;
    const instead = fault && faultReply(fault, service.dialect, { arn: who.arn, permission, requestId });
    if (instead && !fault.afterEffect) return instead;
    // The caller's connection keeps the process running as long as someone waits.
    if (fault?.kind === "delay") await delay(fault.delayMs ?? 0, undefined, { ref: false });
    const reply = await run({ tagsAt });
    await requests.tell({ ...event, phase: "after" });
    return fault?.kind === "cut-after" ? CUT : (instead ?? reply);
  };

  const runAws = async (
    service: AwsService,
    call: Call,
    operation: Operation,
    circumstances: Circumstances,
  ): Promise<HttpReply> => {
    try {
      const limit = service.limit(call, operation);
      if (cloud.rateLimits && limit && !limiter.admit(`${service.name} ${limit.key}`, limit.rate)) {
        const key = `${service.name === "sesv2" ? "ses" : service.name}:${operation.action}`;
        refused.set(key, (refused.get(key) ?? 0) + 1);
        throw throttled();
      }
      if (operation.permission !== undefined) {
        const context = () => ({ "aws:RequestedRegion": [call.region], ...operation.context?.() });
        accounts.authorize(call.caller, operation.permission, operation.resource ?? "*", context);
      }
      return await operation.run(circumstances);
    } catch (error) {
      return errorReply(asAwsError(error), service.dialect, call.requestId);
    }
  };

  const answerOther = async (other: Endpoint, request: HttpRequest, host: string, requestId: string) => {
    try {
      if (request.tooLarge) throw tooLarge();
      const { action, account, run } = other.operation(request);
      return await perform(other, { account, region: "", host, arn: account }, { action }, run, requestId);
    } catch (error) {
      return errorReply(asAwsError(error), other.dialect, requestId);
    }
  };

  const answer = async (request: HttpRequest, requestId: string): Promise<HttpReply | typeof CUT> => {
    const host = headerOf(request, "host") ?? "";
    const other = options.others?.find((endpoint) => endpoint.accepts(request));
    if (other) return answerOther(other, request, host, requestId);
    const [first, link] = segmentsOf(request.path);
    if (request.method === "GET" && first === "confirm") return confirmed(ses.confirm(link ?? ""));
    const unsigned = services.find((one) => one.accepts(request, undefined)) ?? route53;
    let dialect = unsigned.dialect;
    try {
      const signature = parseAuthorization(headerOf(request, "authorization"));
      const service = services.find((one) => one.accepts(request, signature?.service));
      if (!service) throw new AwsError("InvalidAction", `Nothing here for ${request.method} ${request.path}`, 404);
      dialect = service.dialect;
      const sesAway = signature?.service === "ses" && !sesRegions.has(signature.region);
      if (sesAway) return CUT;
      if (request.tooLarge) throw tooLarge();
      service.screen?.(request);
      const { caller, region } = authenticate(request, signature, accounts);
      const call: Call = { request, caller, region, requestId };
      const operation = service.operation(call);
      const who = { account: caller.accountId, region, host, arn: caller.arn };
      return await perform(service, who, operation, (now) => runAws(service, call, operation, now), requestId);
    } catch (error) {
      return errorReply(asAwsError(error), dialect, requestId);
    }
  };

  const server = await openHttpServer(options.address ?? "127.0.0.1", options.port ?? 0, answer);
  const { url } = server;
  const own = (accountId: string | undefined) => accountId ?? accounts.list()[0] ?? "";

  const cloud: Cloud = {
    url,
    accounts,
    ses,
    route53: route53.controls,
    sesRegions,
    rateLimits: options.rateLimits ?? true,
    throttled: () => Object.fromEntries(refused),
    credentials: (accountId) => accounts.credentials(own(accountId)),
    environment(accountId) {
      const { accessKeyId, secretAccessKey } = accounts.credentials(own(accountId));
      return {
        AWS_ENDPOINT_URL_SES: url,
        AWS_ENDPOINT_URL_SESV2: url,
        AWS_ENDPOINT_URL_ROUTE_53: url,
        AWS_ENDPOINT_URL_STS: url,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      };
    },
    async close() {
      ses.close();
      await server.close();
    },
  };
  return cloud;
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  trace(error);
  return new AwsError("InternalFailure", `The emulator failed: ${error instanceof Error ? error.message : error}`, 500);
}

function confirmed(found: boolean): HttpReply {
  const body = found ? "The address is verified.\n" : "The link is stale or unknown.\n";
  return { status: found ? 200 : 404, headers: { "content-type": "text/plain" }, body };
}
