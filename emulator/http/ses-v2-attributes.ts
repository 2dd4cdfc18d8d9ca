import type { MailFrom } from "../ses/mail-from";
import { isDomain, scopeOf } from "./ses-names";
import { bodyOf, configurationSetBody, feedbackBody, mailFromBody } from "./ses-v2-bodies";
import {
  arnOf,
  bad,
  identityOf,
  notFound,
  oneOf,
  operationOf,
  type Route,
  refuse,
  reply,
  type SesV2Context,
  STATUS,
} from "./ses-v2-route";

const BEHAVIORS = ["USE_DEFAULT_VALUE", "REJECT_MESSAGE"] as const;

/** SESv2, MailFromAttributes: without a MAIL FROM domain only the behavior. */
export function writeMailFrom(mailFrom: MailFrom | undefined) {
  if (mailFrom === undefined) return { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" };
  return {
    MailFromDomain: mailFrom.domain,
    MailFromDomainStatus: STATUS[mailFrom.status],
    BehaviorOnMxFailure: mailFrom.onMxFailure === "reject" ? "REJECT_MESSAGE" : "USE_DEFAULT_VALUE",
  };
}

/** What is set on an identity in addition to DKIM: its MAIL FROM domain, feedback forwarding, configuration set. */
export function attributeRoutes({ model, settled }: SesV2Context): readonly Route[] {
  return [
    {
      method: "PUT",
      path: ["identities", "*", "mail-from"],
      operation: (call, [name = ""]) =>
        operationOf("PutEmailIdentityMailFromAttributes", arnOf(call, name), async () => {
          const { MailFromDomain: asked, BehaviorOnMxFailure: onFailure } = bodyOf(mailFromBody, call);
          const behavior = oneOf(onFailure ?? "USE_DEFAULT_VALUE", BEHAVIORS, "BehaviorOnMxFailure");
          const domain = asked || undefined;
          if (domain !== undefined && !isDomain(domain)) throw bad(`Invalid MAIL FROM domain: ${domain}`);
          const scope = scopeOf(call);
          // Unlike its siblings, this operation was seen to say BadRequestException for an identity that is not there.
          const identity = model.identity(scope.accountId, scope.region, name);
          if (!identity) throw bad(`Email identity ${name} does not exist.`);
          const onMxFailure = behavior === "REJECT_MESSAGE" ? "reject" : "default";
          refuse(model.setMailFrom(scope, identity.name, domain?.toLowerCase(), onMxFailure));
          await settled();
          return reply({});
        }),
    },
    {
      method: "PUT",
      path: ["identities", "*", "feedback"],
      operation: (call, [name = ""]) =>
        operationOf("PutEmailIdentityFeedbackAttributes", arnOf(call, name), () => {
          const { EmailForwardingEnabled: enabled } = bodyOf(feedbackBody, call);
          model.setFeedbackForwarding(scopeOf(call), identityOf(model, name, call).name, enabled);
          return reply({});
        }),
    },
    {
      method: "PUT",
      path: ["identities", "*", "configuration-set"],
      operation: (call, [name = ""]) =>
        operationOf("PutEmailIdentityConfigurationSetAttributes", arnOf(call, name), () => {
          const { ConfigurationSetName: set } = bodyOf(configurationSetBody, call);
          if (!model.setConfigurationSet(scopeOf(call), identityOf(model, name, call).name, set))
            throw notFound(`Configuration set <${set}> does not exist.`);
          return reply({});
        }),
    },
  ];
}
