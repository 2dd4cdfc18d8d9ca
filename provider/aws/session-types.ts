import type { Route53Client } from "@aws-sdk/client-route-53";
import type { SESClient } from "@aws-sdk/client-ses";
import type { SESv2Client } from "@aws-sdk/client-sesv2";
import type { STSClient } from "@aws-sdk/client-sts";
import type { Ctx } from "../core/ctx";
import type { RateLimiters } from "../core/queues";
import type { FaultContext } from "./fault-types";
import type { Reader } from "./hints";
import type { AwsAction } from "./permissions";

export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly partition: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  /** Twelve digits, where the source of the credentials knows it. */
  readonly accountId?: string;
}

/** Throws `CredentialsError`. */
export type ReadCredentials = () => Promise<Credentials>;

/** Whose credentials: nothing given means the stack's. */
export interface CredentialsOptions {
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  /** The name of a set in `sesdomain:credentials`. */
  readonly credentials?: string | undefined;
}

/** Whose credentials, which region, and which account it has to be. */
export interface SessionOptions extends CredentialsOptions {
  readonly region?: string | undefined;
  /** Twelve digits; another account is an error that names both. */
  readonly accountId?: string | undefined;
}

export type AwsService = "ses" | "sesv2" | "route53" | "sts";

/** Clients for one set of credentials in one region, made at first use and then shared. */
export interface AwsSession {
  /** `undefined` where none is set; Route 53 needs none. */
  readonly region: string | undefined;
  /** Stands for the credentials and the region; holds no secret. */
  readonly key: string;
  readonly limiters: RateLimiters;
  /** Where what fails is read. */
  readonly reader: Reader;
  /** The services that have answered so far. */
  readonly heard: Set<AwsService>;
  /** Whose account it is; checked against `accountId` and against `aws:allowedAccountIds`. Asked once. Throws `SesError`. */
  account(ctx: Ctx): Promise<Account>;
  /** The same for sessions that need no account id: asks only where the stack restricts the accounts. */
  ensureAllowed(ctx: Ctx): Promise<void>;
  ses(): Promise<SESClient>;
  sesv2(): Promise<SESv2Client>;
  route53(): Promise<Route53Client>;
  sts(): Promise<STSClient>;
  /** What is known where a call fails. */
  context(action: AwsAction, service: AwsService): FaultContext;
  /** What is to be said of endpoints that were asked over plain http on another machine; each once. */
  takeWarnings(): readonly string[];
  readonly credentials: ReadCredentials;
  /** Whether the SDK's own chain is obtaining credentials now: what waits for them says nothing of AWS's endpoints. */
  obtaining(): boolean;
}
