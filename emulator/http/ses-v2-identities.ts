import type { Identity } from "../ses/identity";
import { refuseTags, type Tags } from "../ses/tags";
import { AwsError } from "./errors";
import { type HttpReply, queryOf } from "./message";
import type { Call } from "./service";
import { isAddress, isDomain, scopeOf } from "./ses-names";
import { writeMailFrom } from "./ses-v2-attributes";
import { bodyOf, createBody, type ListRequest, listBody } from "./ses-v2-bodies";
import { methodToCreate, writeDkim } from "./ses-v2-dkim";
import {
  arnOf,
  bad,
  identityOf,
  missing,
  notFound,
  oneOf,
  operationOf,
  pageOf,
  type Route,
  refuse,
  reply,
  type SesV2Context,
  STATUS,
} from "./ses-v2-route";
import { askedTags, tagsOf, withTags, writeTags } from "./ses-v2-tags";

const MOST_IDENTITIES = 1000;
const FILTERS = ["IDENTITY_NAME_CONTAINS", "IDENTITY_TYPE", "VERIFICATION_STATUS"] as const;
const TYPES = ["DOMAIN", "EMAIL_ADDRESS", "MANAGED_DOMAIN"] as const;

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
const typeOf = ({ kind }: Identity) => (kind === "domain" ? "DOMAIN" : "EMAIL_ADDRESS");

/** Identities are made, told, listed and deleted here. */
export function identityRoutes(context: SesV2Context): readonly Route[] {
  const { model, settled } = context;

  const list = (asked: ListRequest, call: Call): HttpReply => {
    const filter = asked.Filter ?? {};
    for (const key of Object.keys(filter)) oneOf(key, FILTERS, "Filter");
    const { IDENTITY_NAME_CONTAINS: part, IDENTITY_TYPE: type, VERIFICATION_STATUS: status } = filter;
    if (type !== undefined) oneOf(type, TYPES, "IDENTITY_TYPE");
    if (status !== undefined) oneOf(status, Object.values(STATUS), "VERIFICATION_STATUS");
    const wanted = model
      .identities(call.caller.accountId, call.region)
      .filter((one) => part === undefined || one.name.includes(part.toLowerCase()))
      .filter((one) => type === undefined || typeOf(one) === type)
      .filter((one) => status === undefined || STATUS[one.status] === status);
    const { page, next } = pageOf(wanted, asked, MOST_IDENTITIES);
    return reply({
      EmailIdentities: page.map((one) => ({
        IdentityType: typeOf(one),
        IdentityName: one.name,
        SendingEnabled: one.status === "Success",
        VerificationStatus: STATUS[one.status],
      })),
      ...next,
    });
  };

  const create = async (call: Call): Promise<HttpReply> => {
    const {
      EmailIdentity: name,
      Tags,
      DkimSigningAttributes: dkim,
      ConfigurationSetName: set,
    } = bodyOf(createBody, call);
    if (name === undefined) throw missing("EmailIdentity");
    if (!(isDomain(name) || isAddress(name))) throw bad(`Invalid identity: ${name}`);
    const isAddressed = name.includes("@");
    if (isAddressed && dkim !== undefined) throw bad("DkimSigningAttributes are for domains, not for addresses.");
    const method = methodToCreate(dkim ?? {}, name.toLowerCase(), call, context);
    const scope = scopeOf(call);
    // As CreateTenant was seen to do it: tags in a creation take the permission to tag.
    if (Tags !== undefined && Tags.length > 0) context.allowTagging(call, arnOf(call, name));
    if (model.identity(scope.accountId, scope.region, name))
      throw new AwsError("AlreadyExistsException", `Email identity ${name} already exist.`, 400);
    const tags = askedTags(Tags ?? []);
    refuse(refuseTags(new Map(), tags));
    if (set !== undefined && !model.configurationSets.find(scope, set))
      throw notFound(`Configuration set <${set}> does not exist.`);
    if (isAddressed) model.verifyAddress(scope, name);
    else model.createForDkim(scope, name, method);
    model.setTags(scope, name, withTags(new Map(), tags));
    model.setConfigurationSet(scope, name, set);
    await settled();
    const identity = identityOf(model, name, call);
    return reply({
      IdentityType: typeOf(identity),
      VerifiedForSendingStatus: false,
      // Its first answer says that DKIM was not begun, the next one Pending.
      DkimAttributes: { ...writeDkim(model.dkim(scope, name), model), Status: "NOT_STARTED" },
    });
  };

  const describe = (identity: Readonly<Identity>, tags: Tags) => {
    const info = model.lookInfo(identity, identity.name);
    return {
      IdentityType: typeOf(identity),
      FeedbackForwardingStatus: identity.feedbackForwarding,
      VerifiedForSendingStatus: identity.status === "Success",
      DkimAttributes: writeDkim(model.dkim(identity, identity.name), model),
      MailFromAttributes: writeMailFrom(identity.mailFrom),
      Policies: {},
      Tags: writeTags(tags),
      ConfigurationSetName: identity.configurationSet,
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
  };

  return [
    {
      method: "POST",
      path: ["list-identities"],
      operation: (call) => operationOf("ListEmailIdentities", "*", () => list(bodyOf(listBody, call), call)),
    },
    {
      method: "GET",
      path: ["identities"],
      operation(call) {
        const size = queryOf(call.request, "PageSize");
        const mark = queryOf(call.request, "NextToken");
        const given = { PageSize: size ? Number(size) : undefined, NextToken: mark || undefined, Filter: undefined };
        return operationOf("ListEmailIdentities", "*", () => list(given, call));
      },
    },
    {
      method: "POST",
      path: ["identities"],
      operation(call) {
        const { EmailIdentity: name } = bodyOf(createBody, call);
        return operationOf("CreateEmailIdentity", name === undefined ? "*" : arnOf(call, name), () => create(call));
      },
    },
    {
      method: "GET",
      path: ["identities", "*"],
      operation: (call, [name = ""]) =>
        operationOf("GetEmailIdentity", arnOf(call, name), ({ tagsAt }) => {
          const identity = identityOf(model, name, call);
          return reply(describe(identity, tagsOf(model, identity.name, call, tagsAt)));
        }),
    },
    {
      method: "DELETE",
      path: ["identities", "*"],
      operation: (call, [name = ""]) =>
        operationOf("DeleteEmailIdentity", arnOf(call, name), () => {
          const identity = identityOf(model, name, call);
          const replicas = model.replicasOf(identity, identity.name);
          if (replicas.length > 0)
            throw bad(`${identity.name} has replicas in ${replicas.join(", ")}: delete these first.`);
          model.remove(identity, identity.name);
          return reply({});
        }),
    },
  ];
}
