import type { VerificationStatus } from "../../provider/ses/port";
import type { Identity } from "../ses/identity";
import type { SesModel } from "../ses/model";
import { AwsError } from "./errors";
import type { HttpReply } from "./message";
import type { Call, Circumstances, Operation } from "./service";
import { identityArn, readMark, writeMark } from "./ses-names";

/** What the operations of SESv2 need. */
export interface SesV2Context {
  readonly model: SesModel;
  /** Resolves once what SES publishes is served. */
  settled(): Promise<void>;
  /** Whether the caller may have the identity of this ARN signed for in the region of the call. */
  mayReplicate(call: Call, parentArn: string): boolean;
  /** Throws `AwsError` AccessDenied where the caller may not tag this ARN. */
  allowTagging(call: Call, arn: string): void;
}

/** One operation: `path` below `/v2/email`, where `*` is any segment and is handed over in order. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: readonly string[];
  operation(call: Call, names: readonly string[]): Operation;
}

export const bad = (message: string) => new AwsError("BadRequestException", message, 400);
export const missing = (field: string) => bad(`Missing required field: ${field}`);
export const notFound = (message: string) => new AwsError("NotFoundException", message, 404);

export function reply(body: unknown): HttpReply {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** `resource`: the ARN that IAM judges; `*` for actions that know none (Service Authorization Reference, Amazon SES v2). */
export function operationOf(
  action: string,
  resource: string,
  run: (circumstances: Circumstances) => HttpReply | Promise<HttpReply>,
): Operation {
  return { action, permission: `ses:${action}`, resource, run };
}

export const arnOf = ({ caller, region }: Call, name: string) => identityArn(caller, region, name);

/** Throws `AwsError` NotFoundException. */
export function identityOf(model: SesModel, name: string, call: Call): Readonly<Identity> {
  const identity = model.identity(call.caller.accountId, call.region, name);
  if (!identity) throw notFound(`Email identity ${name} does not exist.`);
  return identity;
}

/** Throws `AwsError` BadRequestException for a refusal. */
export function refuse(refusal: string | undefined): void {
  if (refusal !== undefined) throw bad(refusal);
}

/** Throws `AwsError` BadRequestException for a value that is none of `values`. */
export function oneOf<T extends string>(value: string, values: readonly T[], field: string): T {
  const found = values.find((one) => one === value);
  if (found === undefined) throw bad(`The value '${value}' of ${field} is none of: ${values.join(", ")}.`);
  return found;
}

export const STATUS: Readonly<Record<VerificationStatus, string>> = {
  Pending: "PENDING",
  Success: "SUCCESS",
  Failed: "FAILED",
  TemporaryFailure: "TEMPORARY_FAILURE",
  NotStarted: "NOT_STARTED",
};

/** Part of a list. Throws `AwsError` BadRequestException for a bad size or mark. */
export function pageOf<T extends { readonly sequence: number }>(
  items: readonly T[],
  asked: { readonly PageSize: number | undefined; readonly NextToken: string | undefined },
  largest: number,
): { readonly page: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const most = asked.PageSize ?? largest;
  if (!Number.isInteger(most) || most < 0 || most > largest) throw bad(`PageSize must be between 0 and ${largest}.`);
  const after = asked.NextToken === undefined ? 0 : readMark(asked.NextToken);
  if (after === undefined) throw bad("Invalid NextToken.");
  const rest = items.filter(({ sequence }) => sequence > after);
  const page = rest.slice(0, most || largest);
  const last = page.at(-1);
  return { page, next: last && rest.length > page.length ? { NextToken: writeMark(last.sequence) } : {} };
}
