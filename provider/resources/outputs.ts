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
}

/** One identity of a single address as SES has it. */
export interface AddressVerificationOutput extends Omit<VerificationOutput, "token"> {
  /** ISO 8601: when we last had SES send its mail. */
  readonly requestedAt?: string;
  /** The `resendTrigger` of that mail. */
  readonly requestedFor?: string;
}

/** A TXT record set with the values that are ours. */
export interface RecordOutput {
  /** The name that is to hold the values, without a final dot. */
  readonly name: string;
  /** The record's type. */
  readonly type: "TXT";
  /** Seconds. */
  readonly ttl: number;
  /** Without quotes. */
  readonly values: string[];
}
