/** Why SES did not verify, of those of SESv2's VerificationError that the emulator knows. */
export type ErrorType =
  | "INVALID_VALUE"
  | "TYPE_NOT_FOUND"
  | "HOST_NOT_FOUND"
  | "DNS_SERVER_ERROR"
  | "REPLICATION_ACCESS_DENIED"
  | "REPLICATION_PRIMARY_NOT_FOUND"
  | "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED"
  | "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED"
  | "REPLICATION_PRIMARY_INVALID_REGION";

/** The SOA of the zone that answered. */
export interface SoaSeen {
  readonly primaryNameServer: string;
  readonly serial: number;
}

/** What a look at DNS showed. `unanswered`: nothing definite. */
export interface DnsLook {
  readonly result: "found" | "absent" | "unanswered";
  readonly errorType: ErrorType | undefined;
  readonly soa: SoaSeen | undefined;
}

/** What SES's last look showed (SESv2, VerificationInfo). Times in ms of the emulator's clock. */
export interface LookInfo {
  readonly errorType: ErrorType | undefined;
  readonly lastChecked: number | undefined;
  readonly lastSuccess: number | undefined;
  readonly soa: SoaSeen | undefined;
}

export const NO_INFO: LookInfo = {
  errorType: undefined,
  lastChecked: undefined,
  lastSuccess: undefined,
  soa: undefined,
};

/** What is known after a look at `at`. */
export function noted(before: LookInfo, look: DnsLook, found: boolean, at: number): LookInfo {
  return {
    errorType: look.errorType,
    lastChecked: at,
    lastSuccess: found ? at : before.lastSuccess,
    soa: look.soa ?? before.soa,
  };
}
