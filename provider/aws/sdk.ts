/**
 * The parts of the AWS SDK, each loaded at its first use, none before. By `require`: an `import()` of a CommonJS package
 * reads its text once more for the names that it exports, which costs a preview's start a tenth of a second.
 */
export const sdk = {
  ses: (): typeof import("@aws-sdk/client-ses") => require("@aws-sdk/client-ses"),
  sesv2: (): typeof import("@aws-sdk/client-sesv2") => require("@aws-sdk/client-sesv2"),
  sts: (): typeof import("@aws-sdk/client-sts") => require("@aws-sdk/client-sts"),
  route53: (): typeof import("@aws-sdk/client-route-53") => require("@aws-sdk/client-route-53"),
  credentials: (): typeof import("@aws-sdk/credential-providers") => require("@aws-sdk/credential-providers"),
} as const;
