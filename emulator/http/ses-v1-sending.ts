import { identityName } from "../../provider/ses/port";
import type { Identity } from "../ses/identity";
import type { SesModel } from "../ses/model";
import { AwsError } from "./errors";
import type { Parameters, QueryAction } from "./query";
import type { Call } from "./service";
import { isDomain, scopeOf } from "./ses-names";

const MOST_ATTRIBUTES = 100;

export const invalid = (message: string) => new AwsError("InvalidParameterValue", message);

/** The names of a request, each once. Throws `AwsError` InvalidParameterValue for more than 100. */
function namesAsked(parameters: Parameters): readonly string[] {
  const names = parameters.list("Identities");
  if (names.length > MOST_ATTRIBUTES)
    throw invalid(`Expected number of identities: 100 or fewer. Number of identities in the request: ${names.length}.`);
  return [...new Set(names.map(identityName))];
}

/** The identities that a request names, without those that are not there. Throws as `namesAsked` does. */
export function identitiesAsked(
  model: SesModel,
  parameters: Parameters,
  { caller, region }: Call,
): readonly { readonly key: string; readonly identity: Readonly<Identity> }[] {
  return namesAsked(parameters).flatMap((key) => {
    const identity = model.identity(caller.accountId, region, key);
    return identity ? [{ key, identity }] : [];
  });
}

/** Left out it is false (AWS query protocol, booleans of XML Schema). Throws `AwsError` MalformedInput. */
function flagOf(parameters: Parameters, name: string): boolean {
  const text = parameters.get(name) ?? "false";
  if (/^(true|false|1|0)$/.test(text)) return text === "true" || text === "1";
  throw new AwsError("MalformedInput", `'${text}' at '${name}' is neither true nor false.`);
}

function refuse(refusal: string | undefined): void {
  if (refusal !== undefined) throw invalid(refusal);
}

/** DKIM, MAIL FROM and feedback forwarding of the query API. `settled`: resolves once what SES publishes is served. */
export function sendingActions(model: SesModel, settled: () => Promise<void>): Readonly<Record<string, QueryAction>> {
  /** Throws `AwsError` InvalidParameterValue. */
  const take = (parameters: Parameters, { caller, region }: Call): Readonly<Identity> => {
    const name = parameters.need("Identity");
    const identity = model.identity(caller.accountId, region, name);
    if (!identity) throw invalid(`Identity ${name} does not exist.`);
    return identity;
  };

  return {
    VerifyDomainDkim: {
      permission: "ses:VerifyDomainDkim",
      async run(parameters, call) {
        const domain = parameters.need("Domain");
        if (!isDomain(domain)) throw invalid(`Invalid domain name ${domain}.`);
        const scope = scopeOf(call);
        const before = model.identity(scope.accountId, scope.region, domain);
        if (before?.dkim.method.kind === "own")
          throw invalid(`${domain} brought its own key: what VerifyDomainDkim does then is not documented.`);
        model.verifyDkim(scope, domain);
        await settled();
        return { DkimTokens: { member: model.dkim(scope, domain).tokens } };
      },
    },
    GetIdentityDkimAttributes: {
      permission: "ses:GetIdentityDkimAttributes",
      run(parameters, call) {
        const known = identitiesAsked(model, parameters, call).map(({ key, identity }) => {
          const view = model.dkim(identity, identity.name);
          const early = model.now() - identity.createdAt < model.choices.v1DkimDelayMs;
          return {
            key,
            value: {
              DkimEnabled: view.signingEnabled,
              DkimVerificationStatus: early ? "NotStarted" : view.status,
              ...(!early && view.tokens.length > 0 && { DkimTokens: { member: view.tokens } }),
            },
          };
        });
        const keys = known.map(({ key }) => key);
        const unknown = namesAsked(parameters).filter((name) => !keys.includes(name));
        const told = model.choices.dkimOfUnknown === "not-started" ? unknown : [];
        const value = { DkimEnabled: true, DkimVerificationStatus: "NotStarted" };
        return { DkimAttributes: { entry: [...known, ...told.map((key) => ({ key, value }))] } };
      },
    },
    SetIdentityDkimEnabled: {
      permission: "ses:SetIdentityDkimEnabled",
      run(parameters, call) {
        const { name } = take(parameters, call);
        refuse(model.setSigning(scopeOf(call), name, flagOf(parameters, "DkimEnabled")));
        return {};
      },
    },
    SetIdentityMailFromDomain: {
      permission: "ses:SetIdentityMailFromDomain",
      async run(parameters, call) {
        const domain = parameters.get("MailFromDomain") || undefined;
        const behavior = parameters.get("BehaviorOnMXFailure") ?? "UseDefaultValue";
        if (behavior !== "UseDefaultValue" && behavior !== "RejectMessage")
          throw new AwsError(
            "ValidationError",
            `1 validation error detected: Value '${behavior}' at 'behaviorOnMXFailure' failed to satisfy constraint: Member must satisfy enum value set: [RejectMessage, UseDefaultValue]`,
          );
        const { name } = take(parameters, call);
        if (domain !== undefined && !isDomain(domain)) throw invalid(`Invalid MAIL FROM domain ${domain}.`);
        const onMxFailure = behavior === "RejectMessage" ? "reject" : "default";
        refuse(model.setMailFrom(scopeOf(call), name, domain?.toLowerCase(), onMxFailure));
        await settled();
        return {};
      },
    },
    GetIdentityMailFromDomainAttributes: {
      permission: "ses:GetIdentityMailFromDomainAttributes",
      run(parameters, call) {
        const entry = identitiesAsked(model, parameters, call).map(({ key, identity: { mailFrom } }) => ({
          key,
          value: {
            MailFromDomain: mailFrom?.domain,
            MailFromDomainStatus: mailFrom?.status,
            BehaviorOnMXFailure: mailFrom?.onMxFailure === "reject" ? "RejectMessage" : "UseDefaultValue",
          },
        }));
        return { MailFromDomainAttributes: { entry } };
      },
    },
    SetIdentityFeedbackForwardingEnabled: {
      permission: "ses:SetIdentityFeedbackForwardingEnabled",
      run(parameters, call) {
        const { name } = take(parameters, call);
        model.setFeedbackForwarding(scopeOf(call), name, flagOf(parameters, "ForwardingEnabled"));
        return {};
      },
    },
    GetIdentityNotificationAttributes: {
      permission: "ses:GetIdentityNotificationAttributes",
      run(parameters, call) {
        const entry = identitiesAsked(model, parameters, call).map(({ key, identity }) => ({
          key,
          value: {
            ForwardingEnabled: identity.feedbackForwarding,
            HeadersInBounceNotificationsEnabled: false,
            HeadersInComplaintNotificationsEnabled: false,
            HeadersInDeliveryNotificationsEnabled: false,
          },
        }));
        return { NotificationAttributes: { entry } };
      },
    },
  };
}
