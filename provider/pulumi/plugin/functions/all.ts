import type { PluginFunction } from "./declaration";
import { getIamPolicy } from "./get-iam-policy";

/** Every function of the plugin. */
export const FUNCTIONS: readonly PluginFunction[] = [getIamPolicy];
