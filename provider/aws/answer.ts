import { isPage } from "../core/text";
import type { AwsService } from "./session-types";

/**
 * An answer that is not the API's, whatever its status: a page of a proxy, nothing, an answer to something else. It says
 * neither that there is nothing nor that something was done. `message` is a clause without anything that was sent.
 */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
}

/** An answer as it came. */
interface RawAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The part of the SDK's clients that a guard needs. */
interface Guarded {
  readonly middlewareStack: {
    add(
      middleware: unknown,
      options: { readonly step: string; readonly name: string; readonly priority: string },
    ): void;
  };
}

type Handle = (args: unknown) => Promise<{ readonly response: unknown; readonly output: unknown }>;
type Command = { readonly commandName?: string };

/**
 * Lets a client of the SDK give only answers of the shape that the API promises; all others are `UnexpectedAnswer`. The
 * SDK itself reads a page of HTML, or nothing at all, as an answer whose members are left out.
 */
export function guardAnswers<C>(client: C, service: AwsService): C {
  const stack = (client as Guarded).middlewareStack;
  const actionOf = ({ commandName = "" }: Command) => commandName.replace(/Command$/, "");
  const raw = (next: Handle, command: Command) => async (args: unknown) => {
    const result = await next(args);
    refuse(rawFault(service, actionOf(command), result.response as RawAnswer));
    return result;
  };
  const read = (next: Handle, command: Command) => async (args: unknown) => {
    const result = await next(args).catch((error: unknown) => {
      throw isUnreadable(error) ? new UnexpectedAnswer("the answer cannot be read") : error;
    });
    refuse(memberFault(actionOf(command), result.output));
    return result;
  };
  // Inside of the SDK's own reading, and outside of everything.
  stack.add(raw, { step: "deserialize", name: "sesdomainRawAnswer", priority: "low" });
  stack.add(read, { step: "initialize", name: "sesdomainAnswer", priority: "high" });
  return client;
}

/**
 * Whether the SDK got an answer, and failed to read it: nested too deep, cut off, another encoding. It marks each error of
 * its reading with the response, and those that a service sent with `$fault`.
 */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && "$response" in error && !("$fault" in error) && !(error instanceof UnexpectedAnswer);
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new UnexpectedAnswer(fault);
}

/** Actions whose success is an empty answer (SES API v2 reference, TagResource and others: "an empty HTTP body"). */
const EMPTY = new Set([
  "TagResource",
  "UntagResource",
  "PutEmailIdentityDkimAttributes",
  "PutEmailIdentityMailFromAttributes",
  "PutEmailIdentityConfigurationSetAttributes",
  "PutEmailIdentityFeedbackAttributes",
]);

/** How an answer differs from what the service's protocol promises; `undefined` where it does not. Pure. */
function rawFault(service: AwsService, action: string, { statusCode, headers, body }: RawAnswer): string | undefined {
  const text = body instanceof Uint8Array ? Buffer.from(body).toString("utf8").trim() : "";
  // What a busy service says needs no body.
  if (statusCode === 429) return undefined;
  const what = `HTTP status ${statusCode} came with ${describe(text)}`;
  if (statusCode >= 300 && statusCode < 400) return `${what}; a redirect is not followed`;
  const good = statusCode >= 200 && statusCode < 300;
  if (!good) return isError(service, headers, text) ? undefined : `${what}, which is not an error of the API`;
  if (service !== "sesv2") return rootOf(text) === `${action}Response` ? undefined : what;
  const json = text === "" && EMPTY.has(action) ? {} : objectIn(text);
  return json === undefined || (EMPTY.has(action) && Object.keys(json).length > 0) ? what : undefined;
}

/** The same where neither the service nor the action is known: a page, a redirect, or nothing at all. Pure. */
export function foreignAnswer({ statusCode, headers, body }: RawAnswer): string | undefined {
  if (statusCode === 429) return undefined;
  const text = body instanceof Uint8Array ? Buffer.from(body).toString("utf8").trim() : "";
  const what = `HTTP status ${statusCode} came with ${describe(text)}`;
  if (statusCode >= 300 && statusCode < 400) return `${what}; a redirect is not followed`;
  if (headers["x-amzn-errortype"] !== undefined) return undefined;
  return !/^\uFEFF?[<{]/.test(text) || isPage(text) ? what : undefined;
}

/** Route 53 sends some refusals as a root of its own (API reference, ChangeResourceRecordSets, InvalidChangeBatch). */
const ERROR_ROOTS = new Set(["ErrorResponse", "Error", "Response", "InvalidChangeBatch"]);

function isError(service: AwsService, headers: RawAnswer["headers"], text: string): boolean {
  if (service !== "sesv2") return ERROR_ROOTS.has(rootOf(text) ?? "");
  if (headers["x-amzn-errortype"] !== undefined) return true;
  const { __type, code } = objectIn(text) ?? {};
  return typeof __type === "string" || typeof code === "string";
}

/** The name of the one element of a whole XML document. */
function rootOf(text: string): string | undefined {
  const name = /^\uFEFF?(?:<\?xml[^>]*\?>)?\s*<([A-Za-z][\w.-]*)[\s/>]/.exec(text)?.[1];
  const whole = name !== undefined && (text.endsWith(`</${name}>`) || /^[^<]*(<\?[^>]*\?>)?\s*<[^<>]*\/>$/.test(text));
  return whole ? name : undefined;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What a body is, in our own words: nothing of it is repeated. */
function describe(text: string): string {
  if (text === "") return "an empty body";
  if (isPage(text)) return "an HTML page";
  return text.startsWith("<") || /^[{[]/.test(text)
    ? "an answer that is not the API's"
    : "text that is not an answer of the API";
}

type Shape = (output: Readonly<Record<string, unknown>>) => boolean;

const filled = (value: unknown) => typeof value === "string" && value !== "";
const listOf = (value: unknown, ...members: readonly string[]) =>
  Array.isArray(value) && value.every((each) => isObject(each) && members.every((member) => filled(each[member])));
const holds = (value: unknown, ...members: readonly string[]) =>
  isObject(value) && members.every((member) => filled(value[member]));
const assumed: Shape = ({ Credentials }) => holds(Credentials, "AccessKeyId", "SecretAccessKey", "SessionToken");

/** What the API references promise in an answer to each action. */
const PROMISED: Readonly<Record<string, Shape>> = {
  GetIdentityVerificationAttributes: ({ VerificationAttributes: map }) =>
    isObject(map) && Object.values(map).every((each) => holds(each, "VerificationStatus")),
  GetIdentityDkimAttributes: ({ DkimAttributes: map }) =>
    isObject(map) && Object.values(map).every((each) => holds(each, "DkimVerificationStatus")),
  GetIdentityMailFromDomainAttributes: ({ MailFromDomainAttributes: map }) =>
    isObject(map) && Object.values(map).every(isObject),
  VerifyDomainDkim: ({ DkimTokens }) => Array.isArray(DkimTokens) && DkimTokens.every(filled),
  CreateEmailIdentity: ({ IdentityType }) => filled(IdentityType),
  GetAccount: ({ ProductionAccessEnabled, SendingEnabled }) =>
    typeof ProductionAccessEnabled === "boolean" && typeof SendingEnabled === "boolean",
  VerifyDomainIdentity: (output) => holds(output, "VerificationToken"),
  ListEmailIdentities: ({ EmailIdentities }) => listOf(EmailIdentities, "IdentityName", "VerificationStatus"),
  GetEmailIdentity: ({ VerifiedForSendingStatus }) => typeof VerifiedForSendingStatus === "boolean",
  ListTagsForResource: ({ Tags }) => listOf(Tags, "Key"),
  GetCallerIdentity: ({ Account }) => typeof Account === "string" && /^\d{12}$/.test(Account),
  AssumeRole: assumed,
  AssumeRoleWithWebIdentity: assumed,
  ListHostedZonesByName: ({ HostedZones, IsTruncated }) =>
    listOf(HostedZones, "Id", "Name") && typeof IsTruncated === "boolean",
  GetHostedZone: ({ HostedZone }) => holds(HostedZone, "Id", "Name"),
  ListResourceRecordSets: ({ ResourceRecordSets, IsTruncated }) =>
    listOf(ResourceRecordSets, "Name", "Type") && typeof IsTruncated === "boolean",
  ChangeResourceRecordSets: ({ ChangeInfo }) => holds(ChangeInfo, "Id", "Status"),
  GetChange: ({ ChangeInfo }) => holds(ChangeInfo, "Status"),
};

/** Whether what was read lacks what the API promises. Pure. */
function memberFault(action: string, output: unknown): string | undefined {
  if (!isObject(output)) return "the answer cannot be read";
  const promised = PROMISED[action];
  return promised === undefined || promised(output) ? undefined : `the answer lacks what ${action} promises`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
