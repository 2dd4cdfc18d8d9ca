export { checkArgs, DEFAULT_TIMEOUT_MS } from "./arguments";
export type { HostDefaults } from "./dns";
export { checkDomain } from "./domain";
export { formatDuration, parseDuration } from "./duration";
export { settleIdentities } from "./identities";
export { regionFault } from "./region";
