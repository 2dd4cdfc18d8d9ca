/** One identity as SES has it. */
export interface VerificationOutput {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly identityArn: string;
  /** The value of the TXT record, without prefix. Public by nature. */
  readonly token: string;
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
  readonly name: string;
  readonly type: "TXT";
  /** Seconds. */
  readonly ttl: number;
  /** Without quotes. */
  readonly values: string[];
}
