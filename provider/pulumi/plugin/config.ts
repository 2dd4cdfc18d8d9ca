import type { ReadConfig } from "../../aws/settings";
import type { Failure } from "../../lifecycle/arguments/types";
import type { Props } from "../../lifecycle/lifecycle";

export function checkConfig(news: Props): {
  readonly inputs: Props;
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
} {
  return { inputs: news, failures: [], warnings: [] };
}

export function diffConfig(olds: Props, news: Props): { readonly changed: readonly string[] } {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  return { changed: names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name])) };
}

export function configReader(
  configured: Props,
  _origin: { readonly isDefault: boolean; readonly env: NodeJS.ProcessEnv },
): ReadConfig {
  return (key) => {
    const value = configured[key.replace(/^(aws|sesdomain):/, "")];
    return typeof value === "string" ? value : undefined;
  };
}
