import type { PluginFunction } from "./declaration";
import { getDiagnosis } from "./get-diagnosis";
import { getIamPolicy } from "./get-iam-policy";
import { getVerificationStatus } from "./get-verification-status";

/** Every function of the plugin. */
export const FUNCTIONS: readonly PluginFunction[] = [getDiagnosis, getIamPolicy, getVerificationStatus];
