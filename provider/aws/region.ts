import type { AwsSettings } from "./settings";
import { type Env, readText, sharedPaths } from "./shared-files";

export type { Env } from "./shared-files";

/** `us-gov-west-1`, `cn-north-1`, `us-iso-east-1`, `eusc-de-east-1`. */
const SHAPE = /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/;

/** Whether the text is shaped like a region: new ones are added. Whether it exists is for SES to say. */
export function isRegionShaped(text: string): boolean {
  return SHAPE.test(text);
}

/** AWS's partitions, as ARNs name them, by the prefix of their regions (AWS General Reference, "AWS partitions"). */
const PARTITION_PREFIXES = {
  "aws-cn": "cn-",
  "aws-us-gov": "us-gov-",
  "aws-eusc": "eusc-",
  "aws-iso": "us-iso-",
  "aws-iso-b": "us-isob-",
  "aws-iso-e": "eu-isoe-",
  "aws-iso-f": "us-isof-",
} as const;

export const PARTITIONS = ["aws", ...Object.keys(PARTITION_PREFIXES)] as const;

/** The partition by the region's prefix. */
export function partitionOf(region: string): string {
  const other = Object.entries(PARTITION_PREFIXES).find(([, prefix]) => region.startsWith(prefix));
  return other?.[0] ?? "aws";
}

/**
 * The region by the order of Pulumi's AWS provider: the identity's own, `aws:region`, AWS_REGION, AWS_DEFAULT_REGION,
 * the profile's; `undefined` where none of them says.
 */
export function resolveRegion(
  options: { readonly region?: string | undefined; readonly profile?: string | undefined },
  settings: AwsSettings,
  env: Env,
): string | undefined {
  const said = options.region ?? settings.region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined);
  return said ?? profileRegion(options.profile ?? settings.profile ?? (env.AWS_PROFILE || "default"), settings, env);
}

function profileRegion(profile: string, settings: AwsSettings, env: Env): string | undefined {
  const { config, credentials } = sharedPaths(settings, env);
  for (const file of [...config, ...credentials]) {
    const text = readText(file);
    const region = typeof text === "string" ? regionIn(text, profile) : undefined;
    if (region !== undefined) return region;
  }
  return undefined;
}

/** The `region` of `[profile NAME]` or `[NAME]` in the text of a shared config file. */
export function regionIn(text: string, profile: string): string | undefined {
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line);
    if (section !== null) inside = (section[1] ?? "").replace(/^["']|["']$/g, "") === profile;
    const region = inside ? /^region\s*=\s*(\S+)/.exec(line)?.[1] : undefined;
    if (region !== undefined) return region;
  }
  return undefined;
}

/** Where SES has an endpoint (AWS General Reference, "Amazon Simple Email Service endpoints and quotas"; 2026). */
export const SES_REGIONS: ReadonlySet<string> = new Set([
  "af-south-1",
  "ap-east-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-central-1",
  "ca-west-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eusc-de-east-1",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
]);
