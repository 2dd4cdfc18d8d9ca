import { type Fqdn, parseFqdn } from "../../core/fqdn";

/**
 * The host that takes the bounces of a region's MAIL FROM domains (Amazon SES Developer Guide, "Using a custom MAIL FROM
 * domain"; for China, "Regions and Amazon SES"). No API of SES tells it.
 */
export function feedbackHost(region: string): Fqdn {
  const text = region.startsWith("cn-")
    ? `feedback-smtp.ses.${region}.amazonaws.com.cn`
    : `feedback-smtp.${region}.amazonses.com`;
  const parsed = parseFqdn(text);
  if ("name" in parsed) return parsed.name;
  throw new TypeError(`${region} is no region`);
}
