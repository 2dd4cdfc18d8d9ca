import type { VerificationStatus } from "../../provider/ses/port";
import type { Identity } from "../ses/identity";
import type { SesModel } from "../ses/ses";
import { AwsError } from "./errors";
import { type HttpReply, queryOf, segmentsOf } from "./message";
import type { AwsService, Call, Operation } from "./service";
import { identityArn, isAddress, isDomain, readMark, writeMark } from "./ses-names";

const MOST_IDENTITIES = 1000;

const STATUS: Readonly<Record<VerificationStatus, string>> = {
  Pending: "PENDING",
  Success: "SUCCESS",
  Failed: "FAILED",
  TemporaryFailure: "TEMPORARY_FAILURE",
  NotStarted: "NOT_STARTED",
};

const bad = (message: string) => new AwsError("BadRequestException", message, 400);
const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
const reply = (body: unknown): HttpReply => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const typeOf = ({ kind }: Identity) => (kind === "domain" ? "DOMAIN" : "EMAIL_ADDRESS");

/** Amazon SES's API v2 (version 2019-09-27), as far as identities and their tags go. */
export function openSesV2(model: SesModel): AwsService {
  const scopeOf = ({ caller, region }: Call) => ({ accountId: caller.accountId, region });
  const identityOf = (name: string, call: Call): Identity => {
    const identity = model.identity(call.caller.accountId, call.region, name);
    if (!identity) throw new AwsError("NotFoundException", `Email identity ${name} does not exist.`, 404);
    return identity;
  };
  /** The tags of an ARN of this account and region. */
  const tagsOf = (arn: string | undefined, call: Call): Map<string, string> => {
    if (arn === undefined || arn === "") throw bad("Missing required field: ResourceArn");
    const prefix = identityArn(call.caller, call.region, "");
    if (!/^arn:[\w-]+:ses:/.test(arn)) throw bad(`Invalid resource ARN: ${arn}`);
    if (!arn.startsWith(prefix)) throw new AwsError("NotFoundException", `Resource ${arn} does not exist.`, 404);
    return identityOf(arn.slice(prefix.length), call).tags;
  };

  const list = (asked: ListRequest, call: Call): HttpReply => {
    const most = asked.PageSize ?? MOST_IDENTITIES;
    if (!Number.isInteger(most) || most < 0 || most > MOST_IDENTITIES)
      throw bad("PageSize must be between 0 and 1000.");
    const after = asked.NextToken === undefined ? 0 : readMark(asked.NextToken);
    if (after === undefined) throw bad("Invalid NextToken.");
    const { IDENTITY_NAME_CONTAINS: part, IDENTITY_TYPE: type, VERIFICATION_STATUS: status } = asked.Filter ?? {};
    const rest = model
      .identities(call.caller.accountId, call.region)
      .filter(({ sequence }) => sequence > after)
      .filter((one) => part === undefined || one.name.includes(part.toLowerCase()))
      .filter((one) => type === undefined || typeOf(one) === type)
      .filter((one) => status === undefined || STATUS[one.status] === status);
    const page = rest.slice(0, most || MOST_IDENTITIES);
    const last = page.at(-1);
    return reply({
      EmailIdentities: page.map((one) => ({
        IdentityType: typeOf(one),
        IdentityName: one.name,
        SendingEnabled: one.status === "Success",
        VerificationStatus: STATUS[one.status],
      })),
      ...(last && rest.length > page.length ? { NextToken: writeMark(last.sequence) } : {}),
    });
  };

  const create = (call: Call): HttpReply => {
    const { EmailIdentity: name, Tags: tags } = bodyOf<{ EmailIdentity?: string; Tags?: Tag[] }>(call);
    if (name === undefined || !(isDomain(name) || isAddress(name))) throw bad(`Invalid identity: ${name}`);
    const scope = scopeOf(call);
    if (model.identity(scope.accountId, scope.region, name))
      throw new AwsError("AlreadyExistsException", `Email identity ${name} already exist.`, 400);
    if (name.includes("@")) model.verifyAddress(scope, name);
    else model.createForDkim(scope, name);
    for (const { Key, Value } of tags ?? []) model.tags(scope, name)?.set(Key, Value);
    const identity = identityOf(name, call);
    return reply({ IdentityType: typeOf(identity), VerifiedForSendingStatus: false, DkimAttributes: dkimOf(identity) });
  };

  const operation = (call: Call): Operation => {
    const { request, caller, region } = call;
    const [version, email, kind, name] = segmentsOf(request.path);
    const on = (action: string, resource: string, run: () => HttpReply): Operation => ({
      action,
      permission: `ses:${action}`,
      resource,
      run,
    });
    const asked = version === "v2" && email === "email" ? `${request.method} ${kind}${name ? "/NAME" : ""}` : "";
    switch (asked) {
      case "GET account":
        return on("GetAccount", "*", () => reply(ACCOUNT));
      case "POST list-identities":
        return on("ListEmailIdentities", "*", () => list(bodyOf<ListRequest>(call), call));
      case "GET identities": {
        const size = queryOf(request, "PageSize");
        const mark = queryOf(request, "NextToken");
        const given = { ...(size ? { PageSize: Number(size) } : {}), ...(mark ? { NextToken: mark } : {}) };
        return on("ListEmailIdentities", "*", () => list(given, call));
      }
      case "POST identities":
        return on("CreateEmailIdentity", "*", () => create(call));
      case "GET identities/NAME":
        return on("GetEmailIdentity", identityArn(caller, region, name ?? ""), () =>
          reply(describe(identityOf(name ?? "", call))),
        );
      case "DELETE identities/NAME":
        return on("DeleteEmailIdentity", identityArn(caller, region, name ?? ""), () => {
          model.remove(scopeOf(call), identityOf(name ?? "", call).name);
          return reply({});
        });
      case "GET tags": {
        const arn = queryOf(request, "ResourceArn");
        return on("ListTagsForResource", arn ?? "*", () =>
          reply({ Tags: [...tagsOf(arn, call)].map(([Key, Value]) => ({ Key, Value })) }),
        );
      }
      case "POST tags": {
        const body = bodyOf<{ ResourceArn?: string; Tags?: Tag[] }>(call);
        return on("TagResource", body.ResourceArn ?? "*", () => {
          const tags = tagsOf(body.ResourceArn, call);
          for (const { Key, Value } of body.Tags ?? []) tags.set(Key, Value);
          return reply({});
        });
      }
      case "DELETE tags": {
        const arn = queryOf(request, "ResourceArn");
        return on("UntagResource", arn ?? "*", () => {
          const tags = tagsOf(arn, call);
          for (const [key, value] of request.query) if (key === "TagKeys") tags.delete(value);
          return reply({});
        });
      }
      default:
        throw new AwsError(
          "UnknownOperationException",
          `The emulator's SES has no ${request.method} ${request.path}`,
          404,
        );
    }
  };

  return {
    name: "sesv2",
    dialect: { kind: "json" },
    accepts: ({ path }, signedFor) => (signedFor ?? "ses") === "ses" && path.startsWith("/v2/email/"),
    limit: ({ caller, region }, { action }) => ({
      key: `${caller.accountId}/${region}/${action}`,
      rate: { perSecond: 1, burst: 1 },
    }),
    operation,
  };
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface ListRequest {
  readonly PageSize?: number;
  readonly NextToken?: string;
  readonly Filter?: {
    readonly IDENTITY_NAME_CONTAINS?: string;
    readonly IDENTITY_TYPE?: string;
    readonly VERIFICATION_STATUS?: string;
  };
}

const ACCOUNT = {
  DedicatedIpAutoWarmupEnabled: false,
  EnforcementStatus: "HEALTHY",
  ProductionAccessEnabled: true,
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
  SendingEnabled: true,
  SuppressionAttributes: { SuppressedReasons: ["BOUNCE", "COMPLAINT"] },
};

function dkimOf({ dkim }: Identity) {
  return {
    SigningEnabled: dkim,
    Status: dkim ? "SUCCESS" : "NOT_STARTED",
    SigningAttributesOrigin: "AWS_SES",
    NextSigningKeyLength: "RSA_2048_BIT",
  };
}

function describe(identity: Identity) {
  const { info } = identity;
  return {
    IdentityType: typeOf(identity),
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: identity.status === "Success",
    DkimAttributes: dkimOf(identity),
    MailFromAttributes: { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" },
    Policies: {},
    Tags: [...identity.tags].map(([Key, Value]) => ({ Key, Value })),
    VerificationStatus: STATUS[identity.status],
    VerificationInfo: {
      LastCheckedTimestamp: seconds(info.lastChecked),
      LastSuccessTimestamp: seconds(info.lastSuccess),
      ErrorType: info.errorType,
      SOARecord: info.soa && {
        PrimaryNameServer: info.soa.primaryNameServer,
        SerialNumber: info.soa.serial,
      },
    },
  };
}

/** The JSON body as what the API's model says it is. Throws `AwsError` BadRequestException for one that is no object. */
function bodyOf<T extends object>({ request }: Call): Partial<T> {
  const text = request.body.toString("utf8");
  if (text === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) return parsed as Partial<T>;
  } catch {
    // Said below, as for a body that is no object.
  }
  throw bad("The request body is not a JSON object.");
}
