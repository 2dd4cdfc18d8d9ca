import type { IdentityDkimAttributes, IdentityMailFromDomainAttributes } from "@aws-sdk/client-ses";
import type { AwsSession } from "../aws/session-types";
import type { Fqdn } from "../core/fqdn";
import { readAccount } from "./account";
import { openBatches, type Tick } from "./batches";
import { type SesCall, withSesErrors } from "./call";
import { createIdentity } from "./create";
import { readDetails } from "./details";
import { readDkim, setSigning, startDkim, toDkim } from "./dkim";
import { readMailFrom, setMailFrom, toMailFrom } from "./mail-from";
import type { SesPort } from "./port";
import { setConfigurationSet, setFeedbackForwarding } from "./settings";

/** The part of the port that makes an identity ready to send. */
type Sending = Pick<
  SesPort,
  | "create"
  | "dkim"
  | "mailFrom"
  | "details"
  | "startDkim"
  | "setSigning"
  | "setMailFrom"
  | "setConfigurationSet"
  | "setFeedbackForwarding"
  | "sendingAccount"
>;

export function openSending(session: AwsSession, call: SesCall, tick: Tick): Sending {
  const dkim = openBatches<Fqdn, IdentityDkimAttributes>("ses:GetIdentityDkimAttributes", tick, (take, ctx) =>
    readDkim(session, call, take, ctx),
  );
  const mailFrom = openBatches<Fqdn, IdentityMailFromDomainAttributes>(
    "ses:GetIdentityMailFromDomainAttributes",
    tick,
    (take, ctx) => readMailFrom(session, call, take, ctx),
  );
  return {
    create: (domain, wish, ctx) =>
      withSesErrors(createIdentity(session, call, domain, wish, ctx), `creating ${domain} in SES`),

    async dkim(domain, ctx) {
      const seen = await withSesErrors(dkim(domain, ctx), `reading the DKIM status of ${domain}`);
      return seen === undefined ? undefined : toDkim(session, domain, seen);
    },

    async mailFrom(domain, ctx) {
      const seen = await withSesErrors(mailFrom(domain, ctx), `reading the MAIL FROM domain of ${domain}`);
      return seen === undefined ? undefined : toMailFrom(session, domain, seen);
    },

    details: (domain, ctx) =>
      withSesErrors(readDetails(session, call, domain, ctx), `reading the settings of ${domain}`),

    startDkim: (domain, ctx) => withSesErrors(startDkim(session, call, domain, ctx), `starting DKIM of ${domain}`),

    setSigning: (domain, signing, ctx) =>
      withSesErrors(
        setSigning(session, call, domain, signing, ctx),
        `switching DKIM signing of ${domain} ${signing ? "on" : "off"}`,
      ),

    setMailFrom: (domain, wish, ctx) =>
      withSesErrors(
        setMailFrom(session, call, domain, wish, ctx),
        wish === undefined
          ? `clearing the MAIL FROM domain of ${domain}`
          : `setting the MAIL FROM domain of ${domain} to ${wish.domain}`,
      ),

    setConfigurationSet: (domain, name, ctx) =>
      withSesErrors(
        setConfigurationSet(session, call, domain, name, ctx),
        `setting the configuration set of ${domain}`,
      ),

    setFeedbackForwarding: (domain, enabled, ctx) =>
      withSesErrors(
        setFeedbackForwarding(session, call, domain, enabled, ctx),
        `setting feedback forwarding of ${domain}`,
      ),

    sendingAccount: (ctx) => withSesErrors(readAccount(session, call, ctx), "reading the account's sending state"),
  };
}
