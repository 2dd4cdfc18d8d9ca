import type { Principal } from "./accounts";
import type { Dialect } from "./errors";
import type { HttpReply, HttpRequest } from "./message";
import type { RequestContext } from "./policy";
import type { Rate } from "./rate";

/** A request whose signature held. */
export interface Call {
  readonly request: HttpRequest;
  readonly caller: Principal;
  readonly region: string;
  readonly requestId: string;
}

/** What a fault changes for one run of an operation. */
export interface Circumstances {
  /** The moment (emulator's clock) as of which tags are answered; absent: as they are. */
  readonly tagsAt?: number | undefined;
}

/** What a request asks for. */
export interface Operation {
  /** As in the API reference: `VerifyDomainIdentity`. */
  readonly action: string;
  /** The IAM action; absent where none is needed. */
  readonly permission?: string;
  /** The ARN that a refusal names. Default `*`. */
  readonly resource?: string;
  /** What the conditions of a policy can ask of it, beyond its region. */
  readonly context?: () => RequestContext;
  run(circumstances: Circumstances): HttpReply | Promise<HttpReply>;
}

/** One AWS API behind the endpoint. */
export interface AwsService {
  readonly name: "sts" | "ses" | "sesv2" | "route53";
  readonly dialect: Dialect;
  /** `signedFor` is the service in the credential scope; absent where nothing was signed. */
  accepts(request: HttpRequest, signedFor: string | undefined): boolean;
  /** Throws `AwsError` for what AWS takes without a signature and the emulator does not know. */
  screen?(request: HttpRequest): void;
  /** What is throttled together, and how. */
  limit(call: Call, operation: Operation): { readonly key: string; readonly rate: Rate } | undefined;
  /** Throws `AwsError` where there is no such operation. */
  operation(call: Call): Operation;
}
