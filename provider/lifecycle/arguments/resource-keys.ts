import { DOMAIN_KEYS } from "./domain-args";

/** It writes no DNS and does not wait. */
const NOT_OF_AN_IDENTITY: readonly string[] = ["dns", "wait", "timeout", "dnsCheck"];

/** The arguments of a `DomainIdentity`. */
export const IDENTITY_KEYS: readonly string[] = DOMAIN_KEYS.filter((key) => !NOT_OF_AN_IDENTITY.includes(key));

/** The arguments of a `DomainVerification`. */
export const VERIFICATION_KEYS: readonly string[] = ["of", "timeout", "dnsCheck", "previewCheck"];
