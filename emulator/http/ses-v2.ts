import type { VerificationStatus } from "../../provider/ses/port";
import type { Identity } from "../ses/identity";
import type { SesModel } from "../ses/ses";
import { refuseKeys, refuseTags, type Tag, type Tags } from "../ses/tags";
import { AwsError } from "./errors";
import { type HttpReply, queryOf, segmentsOf } from "./message";
import type { AwsService, Call, Operation } from "./service";
import { identityArn, isAddress, isDomain, readMark, writeMark } from "./ses-names";
import { type AskedTag, bodyOf, createBody, type ListRequest, listBody, tagBody } from "./ses-v2-bodies";

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
  /** The name of an identity of this account and region, by its ARN. */
  const nameOf = (arn: string | undefined, call: Call): string => {
    if (arn === undefined || arn === "") throw bad("Missing required field: ResourceArn");
    const prefix = identityArn(call.caller, call.region, "");
    if (!/^arn:[\w-]+:ses:/.test(arn)) throw bad(`Invalid resource ARN: ${arn}`);
    if (!arn.startsWith(prefix)) throw new AwsError("NotFoundException", `Resource ${arn} does not exist.`, 404);
    return identityOf(arn.slice(prefix.length), call).name;
  };
  const tagsOf = (name: string, call: Call, at?: number) => model.tags(scopeOf(call), name, at) ?? new Map();
  const addTags = (name: string, tags: readonly Tag[], call: Call) =>
    model.setTags(
      scopeOf(call),
      name,
      new Map([...tagsOf(name, call), ...tags.map(({ key, value }) => [key, value] as const)]),
    );

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
    const { EmailIdentity: name, Tags } = bodyOf(createBody, call);
    if (name === undefined) throw bad("Missing required field: EmailIdentity");
    if (!(isDomain(name) || isAddress(name))) throw bad(`Invalid identity: ${name}`);
    const tags = askedTags(Tags ?? []);
    const refusal = refuseTags(new Map(), tags);
    if (refusal !== undefined) throw bad(refusal);
    const scope = scopeOf(call);
    if (model.identity(scope.accountId, scope.region, name))
      throw new AwsError("AlreadyExistsException", `Email identity ${name} already exist.`, 400);
    if (name.includes("@")) model.verifyAddress(scope, name);
    else model.createForDkim(scope, name);
    addTags(name, tags, call);
    const identity = identityOf(name, call);
    return reply({ IdentityType: typeOf(identity), VerifiedForSendingStatus: false, DkimAttributes: dkimOf(identity) });
  };

  const operation = (call: Call): Operation => {
    const { request, caller, region } = call;
    const [version, email, kind, name] = segmentsOf(request.path);
    const on = (action: string, resource: string, run: Operation["run"]): Operation => ({
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
        return on("ListEmailIdentities", "*", () => list(bodyOf(listBody, call), call));
      case "GET identities": {
        const size = queryOf(request, "PageSize");
        const mark = queryOf(request, "NextToken");
        const given = { PageSize: size ? Number(size) : undefined, NextToken: mark || undefined, Filter: undefined };
        return on("ListEmailIdentities", "*", () => list(given, call));
      }
      case "POST identities":
        return on("CreateEmailIdentity", "*", () => create(call));
      case "GET identities/NAME":
        return on("GetEmailIdentity", identityArn(caller, region, name ?? ""), ({ tagsAt }) => {
          const identity = identityOf(name ?? "", call);
          return reply(describe(identity, tagsOf(identity.name, call, tagsAt)));
        });
      case "DELETE identities/NAME":
        return on("DeleteEmailIdentity", identityArn(caller, region, name ?? ""), () => {
          model.remove(scopeOf(call), identityOf(name ?? "", call).name);
          return reply({});
        });
      case "GET tags": {
        const arn = queryOf(request, "ResourceArn");
        return on("ListTagsForResource", arn ?? "*", ({ tagsAt }) =>
          reply({ Tags: writeTags(tagsOf(nameOf(arn, call), call, tagsAt)) }),
        );
      }
      case "POST tags": {
        const { ResourceArn: arn, Tags } = bodyOf(tagBody, call);
        return on("TagResource", arn ?? "*", () => {
          if (Tags === undefined) throw bad("Missing required field: Tags");
          const tags = askedTags(Tags);
          const identity = nameOf(arn, call);
          const refusal = refuseTags(tagsOf(identity, call), tags);
          if (refusal !== undefined) throw bad(refusal);
          addTags(identity, tags, call);
          return reply({});
        });
      }
      case "DELETE tags": {
        const arn = queryOf(request, "ResourceArn");
        return on("UntagResource", arn ?? "*", () => {
          const keys = request.query.filter(([name]) => name === "TagKeys").map(([, key]) => key);
          if (keys.length === 0) throw bad("Missing required field: TagKeys");
          const refusal = refuseKeys(keys);
          if (refusal !== undefined) throw bad(refusal);
          const identity = nameOf(arn, call);
          const left = [...tagsOf(identity, call)].filter(([key]) => !keys.includes(key));
          model.setTags(scopeOf(call), identity, new Map(left));
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

/** A tag without a value has the empty one; one without a key is refused. */
function askedTags(tags: readonly AskedTag[]): readonly Tag[] {
  return tags.map(({ Key: key, Value: value = "" }, index) => {
    if (key === undefined) throw bad(`Missing required field: Tags.${index + 1}.Key`);
    return { key, value };
  });
}

const writeTags = (tags: Tags) => [...tags].map(([Key, Value]) => ({ Key, Value }));

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

function describe(identity: Identity, tags: Tags) {
  const { info } = identity;
  return {
    IdentityType: typeOf(identity),
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: identity.status === "Success",
    DkimAttributes: dkimOf(identity),
    MailFromAttributes: { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" },
    Policies: {},
    Tags: writeTags(tags),
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
