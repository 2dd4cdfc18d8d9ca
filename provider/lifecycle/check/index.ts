export { checkArgs, DEFAULT_TIMEOUT_MS, DEFAULT_TTL_SECONDS } from "./arguments";
export type { HostDefaults } from "./dns";
export { type CheckedDomain, checkDomain } from "./domain";
export { formatDuration, type ParsedDuration, parseDuration } from "./duration";
export { type SettledIdentity, settleIdentities } from "./identities";
export { regionFault } from "./region";
