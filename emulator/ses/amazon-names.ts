/** Where the names of SES's own zones are. */
export const AMAZON_DOMAIN = "amazonses.com";

/** These regions have a DKIM zone of their own; all others share one. The emulator's own table: SES tells the zone of each identity. */
const OWN_DKIM_ZONE: ReadonlySet<string> = new Set([
  "af-south-1",
  "ap-northeast-3",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "il-central-1",
  "me-central-1",
  "us-gov-east-1",
]);

/** Where SES publishes the public keys of Easy DKIM (SESv2, SigningHostedZone). */
export function dkimZone(region: string): string {
  return OWN_DKIM_ZONE.has(region) ? `dkim.${region}.${AMAZON_DOMAIN}` : `dkim.${AMAZON_DOMAIN}`;
}

/** The one mail exchange of a MAIL FROM domain (SES developer guide, "Regions", feedback endpoints; China has one for both regions). */
export function feedbackHost(region: string): string {
  return region.startsWith("cn-")
    ? "feedback-smtp.ses.cn-northwest-1.amazonaws.com.cn"
    : `feedback-smtp.${region}.${AMAZON_DOMAIN}`;
}

const ORIGIN = /^AWS_SES_([A-Z0-9]+(?:_[A-Z0-9]+)+)$/;

/** `AWS_SES_EU_WEST_1` is `eu-west-1`; `undefined` for other texts. */
export function regionOfOrigin(origin: string): string | undefined {
  return ORIGIN.exec(origin)?.[1]?.toLowerCase().replaceAll("_", "-");
}

export function originOfRegion(region: string): string {
  return `AWS_SES_${region.toUpperCase().replaceAll("-", "_")}`;
}
