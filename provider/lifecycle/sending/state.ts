import { z } from "zod";
import { type Fqdn, parseFqdn } from "../../core/fqdn";
import {
  KEY_LENGTHS,
  type KeyLength,
  type OnMxFailure,
  VERIFICATION_STATUSES,
  type VerificationStatus,
} from "../../ses/port";

/** SESv2's SigningAttributesOrigin for Easy DKIM. */
export const EASY_DKIM = "AWS_SES";

/** Easy DKIM of an identity as `up`, or a refresh, saw it. */
export interface DkimState {
  /** SESv2's SigningAttributesOrigin. */
  readonly method: string;
  readonly tokens: readonly string[];
  /** SESv2's SigningHostedZone; undefined where SES tells none. */
  readonly zone?: Fqdn | undefined;
  /** Bits. */
  readonly keyLength?: KeyLength | undefined;
  readonly signing: boolean;
  readonly status: VerificationStatus;
}

/** The MAIL FROM domain of an identity. `status` is undefined while SES has not taken it. */
export interface MailFromState {
  readonly domain: Fqdn;
  readonly onMxFailure: OnMxFailure;
  readonly status?: VerificationStatus | undefined;
}

/** What makes an identity ready to send, where the program asks for it or once did. */
export interface SendingState {
  readonly dkim?: DkimState | undefined;
  readonly mailFrom?: MailFromState | undefined;
}

/** A domain name in a state. */
export const STORED_NAME = z.string().transform((value, ctx): Fqdn => {
  const parsed = parseFqdn(value);
  if ("name" in parsed) return parsed.name;
  ctx.addIssue({ code: "custom", message: "is not a domain name" });
  return z.NEVER;
});
const status = z.enum(VERIFICATION_STATUSES);

/** For the state of each identity. */
export const SENDING_SCHEMA = {
  dkim: z
    .object({
      method: z.string(),
      tokens: z.array(z.string()),
      zone: STORED_NAME.optional(),
      keyLength: z.literal(KEY_LENGTHS).optional(),
      signing: z.boolean(),
      status,
    })
    .optional(),
  mailFrom: z
    .object({ domain: STORED_NAME, onMxFailure: z.enum(["default", "reject"]), status: status.optional() })
    .optional(),
};
