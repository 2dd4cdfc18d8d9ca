import type { AwsSession } from "../aws/session-types";
import type { SesCall } from "./call";
import type { SesPort } from "./port";

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

export function openSending(_session: AwsSession, _call: SesCall): Sending {
  const none = () => Promise.reject(new Error("not built yet"));
  return {
    create: none,
    dkim: none,
    mailFrom: none,
    details: none,
    startDkim: none,
    setSigning: none,
    setMailFrom: none,
    setConfigurationSet: none,
    setFeedbackForwarding: none,
    sendingAccount: none,
  };
}
