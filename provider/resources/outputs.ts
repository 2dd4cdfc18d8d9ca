/** One identity as SES has it. */
export interface VerificationOutput {
  /** What the identity is called in the program: by default its region. */
  readonly name: string;
  /** The AWS region, such as `eu-west-1`. */
  readonly region: string;
  /** Twelve digits: the account that has the identity. */
  readonly accountId: string;
  /** The ARN, for policies and for the sending API. */
  readonly identityArn: string;
  /** The value of the TXT record, without prefix. Public by nature. */
  readonly token: string;
  /** What SES said when `up` or a refresh last asked. */
  readonly status: "Pending" | "Success" | "Failed" | "TemporaryFailure" | "NotStarted";
  /** It was there before this resource, and stays when it goes. */
  readonly adopted: boolean;
  /** DKIM as SES has it; left out where it is not asked for. */
  readonly dkim?: DkimOutput;
  /** The MAIL FROM domain as SES has it; left out where none is asked for. */
  readonly mailFrom?: MailFromOutput;
}

/** What SES says of a part of an identity. */
type Status = VerificationOutput["status"];

/** An identity's DKIM as SES has it. */
export interface DkimOutput {
  /** SESv2's SigningAttributesOrigin: `AWS_SES` (Easy DKIM), `EXTERNAL` (an own key), `AWS_SES_REGION` (a replica), or a later one. */
  readonly method: string;
  /** With Easy DKIM three: the labels of the CNAME records below `_domainkey`. Public by nature. */
  readonly tokens: readonly string[];
  /** Where the CNAME records lead: `TOKEN.ZONE`, without a final dot. Left out where SES tells none. */
  readonly zone?: string;
  /** Bits, where SES says them. */
  readonly keyLength?: number;
  /** Whether SES signs. */
  readonly signing: boolean;
  /** What SES said when `up` or a refresh last asked. */
  readonly status: Status;
}

/** An identity's MAIL FROM domain as SES has it. */
export interface MailFromOutput {
  /** The name, without a final dot. */
  readonly domain: string;
  /** What SES does with mail while it does not see the MX record. */
  readonly onMxFailure: "default" | "reject";
  /** What SES said when `up` or a refresh last asked. Left out while SES has not taken the domain. */
  readonly status?: Status;
}

/** One identity of a single address as SES has it. */
export interface AddressVerificationOutput extends Omit<VerificationOutput, "token" | "dkim" | "mailFrom"> {
  /** ISO 8601: when we last had SES send its mail. */
  readonly requestedAt?: string;
  /** The `resendTrigger` of that mail. */
  readonly requestedFor?: string;
}

/** A record set with the values that are ours. */
export interface RecordOutput {
  /** The name that is to hold the values, without a final dot. */
  readonly name: string;
  /** The record's type. */
  readonly type: "TXT" | "CNAME" | "MX";
  /** Seconds. */
  readonly ttl: number;
  /** Of a TXT record the text, without quotes. Of a CNAME record the target, of an MX record preference and host (`10 host.`), as in a zone file. */
  readonly values: string[];
  /** What it is for: the domain's verification, signatures, bounces, what the MAIL FROM domain says of itself, or the domain's policy. */
  readonly purpose: "verification" | "dkim" | "mail-from" | "spf" | "dmarc";
  /** The name of the identity that it is for, where it is for one. */
  readonly identity?: string;
  /** Whether it goes with this resource: false where it was there before, and where others need it. */
  readonly owned: boolean;
}
