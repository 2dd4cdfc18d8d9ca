import { readAccountId } from "../../aws/account-id";
import { regionFault } from "../../aws/region-fault";
import { inputName } from "../../core/config-names";
import { isPort } from "../../core/host-port";
import { NAMED_SETS_KEY } from "../../core/named-sets";
import { PREVIEW_CHECKS } from "../../lifecycle/arguments/types";

/** One input of the plugin's provider. */
export interface ConfigKey {
  /** As in `sesdomain:NAME`, and as an explicit provider's input. */
  readonly name: string;
  /** The full key that the dynamic provider reads: `aws:region`. */
  readonly key: string;
  /** Other full keys that mean the same there. */
  readonly also?: readonly string[];
  /** `object` and `list` may be given as JSON text, and either one in place of the other. */
  readonly type: "text" | "number" | "boolean" | "object" | "list";
  /** What a `list` or the members of an `object` hold; `sets`: objects of texts. Default: any. */
  readonly members?: "text" | "sets";
  /** A list that may be given as texts with commas between them. */
  readonly commas?: true;
  /** What its text, or each text of a list, may be. */
  readonly options?: readonly string[];
  /** Says what is wrong with its text, or with each text of a list, as a clause that does not quote it. */
  readonly judge?: (text: string) => string | undefined;
  readonly secret: boolean;
  /** Says what it means, as a sentence, for the schema and the pages. */
  readonly comment: string;
  /** Environment variables that are read after it, first to last. Never a default in the schema: that would be in the state. */
  readonly env?: readonly string[];
}

/** AWS's ids are compared as they are, so hyphens in one would allow, or forbid, no account. */
function accountFault(text: string): string | undefined {
  const read = readAccountId(text);
  if ("fault" in read) return unquoted(read.fault);
  return read.id === text ? undefined : "must be twelve digits, without hyphens";
}

function unquoted(fault: string | undefined): string | undefined {
  return fault?.replace(/^"[^"]*" /, "");
}

type Facts = Omit<ConfigKey, "name" | "key" | "secret"> & { readonly secret?: true };

const AWS: Readonly<Record<string, Facts>> = {
  "aws:region": {
    type: "text",
    judge: (text) => unquoted(regionFault(text)),
    comment: "The AWS region of identities that name none.",
    env: ["AWS_REGION", "AWS_DEFAULT_REGION"],
  },
  "aws:profile": {
    type: "text",
    comment: "A profile of the shared AWS configuration files.",
    env: ["AWS_PROFILE"],
  },
  "aws:accessKey": {
    type: "text",
    secret: true,
    comment: "The id of an AWS access key. It goes with `secretKey`.",
    env: ["AWS_ACCESS_KEY_ID"],
  },
  "aws:secretKey": {
    type: "text",
    secret: true,
    comment: "The secret of the AWS access key.",
    env: ["AWS_SECRET_ACCESS_KEY"],
  },
  "aws:token": {
    type: "text",
    secret: true,
    comment: "The session token of a temporary AWS access key.",
    env: ["AWS_SESSION_TOKEN"],
  },
  "aws:assumeRole": {
    type: "object",
    comment:
      "The role to assume: `roleArn`, `externalId`, `sessionName`, `duration`, `policy`, `policyArns`, `sourceIdentity`, `tags`, `transitiveTagKeys`.",
  },
  "aws:assumeRoles": { type: "list", comment: "Roles to assume, one after another, each as in `assumeRole`." },
  "aws:assumeRoleWithWebIdentity": {
    type: "object",
    secret: true,
    comment: "The role to assume with a web identity: `roleArn`, and `webIdentityToken` or `webIdentityTokenFile`.",
  },
  "aws:allowedAccountIds": {
    type: "list",
    members: "text",
    judge: accountFault,
    comment: "The AWS accounts that may be changed; no others are.",
  },
  "aws:forbiddenAccountIds": {
    type: "list",
    members: "text",
    judge: accountFault,
    comment: "AWS accounts that are never changed.",
  },
  "aws:sharedConfigFiles": {
    type: "list",
    members: "text",
    comment: "Paths of shared AWS config files, in place of `~/.aws/config`.",
    env: ["AWS_CONFIG_FILE"],
  },
  "aws:sharedCredentialsFiles": {
    type: "list",
    members: "text",
    comment: "Paths of shared AWS credentials files, in place of `~/.aws/credentials`.",
    env: ["AWS_SHARED_CREDENTIALS_FILE"],
  },
  "aws:endpoints": {
    type: "object",
    members: "text",
    comment: "The addresses of AWS services: `ses`, `sesv2`, `route53`, `sts`.",
    env: ["AWS_ENDPOINT_URL"],
  },
  // A proxy's address may hold a password.
  "aws:httpProxy": {
    type: "text",
    secret: true,
    comment: "The proxy of plain http requests to AWS, and of all of them where `httpsProxy` is not set.",
    env: ["HTTP_PROXY"],
  },
  "aws:httpsProxy": {
    type: "text",
    secret: true,
    comment: "The proxy of https requests to AWS.",
    env: ["HTTPS_PROXY"],
  },
  "aws:noProxy": {
    type: "text",
    comment: "Hosts that are reached without a proxy, separated by commas.",
    env: ["NO_PROXY"],
  },
  "aws:customCaBundle": {
    type: "text",
    comment: "The path of a PEM file with the CAs that are trusted for AWS.",
    env: ["AWS_CA_BUNDLE"],
  },
  "aws:useFipsEndpoint": {
    type: "boolean",
    comment: "Whether AWS is asked at its FIPS endpoints.",
    env: ["AWS_USE_FIPS_ENDPOINT"],
  },
  "aws:useDualstackEndpoint": {
    type: "boolean",
    comment: "Whether AWS is asked at its endpoints for IPv4 and IPv6.",
    env: ["AWS_USE_DUALSTACK_ENDPOINT"],
  },
};

const HOSTS: Readonly<Record<string, Facts>> = {
  "cloudflare:apiToken": {
    type: "text",
    secret: true,
    comment: "The API token of Cloudflare.",
    env: ["CLOUDFLARE_API_TOKEN"],
  },
  "cloudflare:baseUrl": {
    type: "text",
    comment: "The address of Cloudflare's API.",
    env: ["CLOUDFLARE_BASE_URL"],
  },
  "sesdomain:rfc2136Server": {
    type: "text",
    comment: "The zone's primary server: `host`, `host:port` or `[IPv6 address]:port`.",
    env: ["RFC2136_NAMESERVER"],
  },
  "sesdomain:rfc2136TsigKey": {
    type: "text",
    comment: "The name of the TSIG key.",
    env: ["RFC2136_TSIG_KEY"],
  },
  "sesdomain:rfc2136TsigSecret": {
    type: "text",
    secret: true,
    comment: "The secret of the TSIG key, in base64.",
    env: ["RFC2136_TSIG_SECRET"],
  },
  "sesdomain:rfc2136TsigAlgorithm": {
    type: "text",
    comment: "The algorithm of the TSIG key. Default: `hmac-sha256`.",
    env: ["RFC2136_TSIG_ALGORITHM"],
  },
  "sesdomain:pdnsApiUrl": {
    type: "text",
    comment: "The address of PowerDNS's API, with or without `/api/v1`.",
    env: ["PDNS_API_URL"],
  },
  "sesdomain:pdnsApiKey": {
    type: "text",
    secret: true,
    comment: "The key of PowerDNS's API.",
    env: ["PDNS_API_KEY"],
  },
  "sesdomain:googleProject": {
    type: "text",
    also: ["gcp:project", "google:project"],
    comment: "The id of the Google Cloud project that holds the zone.",
    env: ["GOOGLE_CLOUD_PROJECT", "GOOGLE_PROJECT", "GCLOUD_PROJECT"],
  },
  "gcp:accessToken": {
    type: "text",
    also: ["google:accessToken"],
    secret: true,
    comment: "An access token for Google Cloud.",
    env: ["GOOGLE_OAUTH_ACCESS_TOKEN"],
  },
  "gcp:credentials": {
    type: "text",
    also: ["google:credentials"],
    secret: true,
    comment: "A Google Cloud key as JSON, or the path of a file that holds it.",
    env: ["GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS"],
  },
  "gcp:dnsCustomEndpoint": {
    type: "text",
    also: ["google:dnsCustomEndpoint"],
    comment: "The address of Google Cloud DNS's API.",
    env: ["GOOGLE_DNS_CUSTOM_ENDPOINT"],
  },
};

const GENERAL: Readonly<Record<string, Facts>> = {
  [NAMED_SETS_KEY]: {
    type: "object",
    members: "sets",
    secret: true,
    comment: "Sets of credentials by name, for identities and hosts that name one in `credentials`.",
  },
  "sesdomain:previewCheck": {
    type: "text",
    options: PREVIEW_CHECKS,
    comment: "What a preview looks at: overrides `previewCheck` of every resource.",
  },
  "sesdomain:dnsResolvers": {
    type: "list",
    members: "text",
    commas: true,
    comment: "The resolvers that find the name servers. Default: those of the machine.",
    env: ["SESDOMAIN_DNS_RESOLVERS"],
  },
  "sesdomain:dnsPort": {
    type: "number",
    judge: (text) => (isPort(text) ? undefined : "is not a port, a number from 1 to 65535"),
    comment: "The port of the authoritative name servers. Default: 53.",
    env: ["SESDOMAIN_DNS_PORT"],
  },
};

/** Every input of the provider, in the order in which the pages name them: what checks, schema and pages derive from. */
export const CONFIG_KEYS: readonly ConfigKey[] = Object.entries({ ...AWS, ...HOSTS, ...GENERAL }).map(
  ([key, { secret, ...facts }]) => ({ name: inputName(key), key, secret: secret === true, ...facts }),
);

/** Read by the dynamic provider only to say in an error that it is not used: no input. */
export const UNUSED_KEYS: readonly string[] = ["cloudflare:apiKey"];

/** For the page on moving to the plugin: the keys of stack config that have another name there. */
export const MOVED_KEYS: readonly { readonly from: string; readonly to: string; readonly secret: boolean }[] =
  CONFIG_KEYS.flatMap(({ name, key, also = [], secret }) =>
    [key, ...also]
      .filter((from) => !from.startsWith("sesdomain:"))
      .map((from) => ({ from, to: `sesdomain:${name}`, secret })),
  );
