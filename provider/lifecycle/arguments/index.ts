export { regionFault } from "../../aws/region-fault";
export { formatDuration, parseDuration } from "../../core/duration";
export { checkArgs, DEFAULT_TIMEOUT_MS } from "./domain-args";
export { checkDomain } from "./domain-name";
export { settleIdentities } from "./identities";
