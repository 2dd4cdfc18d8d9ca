import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import type { Cloud } from "../../../emulator";

export interface Answered {
  readonly status: number;
  readonly text: string;
}

export interface SignedRequest {
  readonly service: "ses" | "route53" | "sts";
  readonly method?: string;
  /** With its query. */
  readonly path: string;
  readonly body: string;
}

export interface Seed extends Omit<SignedRequest, "body"> {
  mutants(): readonly string[];
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const TIME = "20260101T000000Z";

/** Sends any body to any path with a good signature (AWS Signature Version 4). */
export async function sendSigned(cloud: Cloud, request: SignedRequest): Promise<Answered> {
  const { service, method = "POST", path, body } = request;
  const { accessKeyId, secretAccessKey } = cloud.credentials();
  const [bare = "", search = ""] = path.split("?");
  const date = TIME.slice(0, 8);
  const scope = `${date}/us-east-1/${service}/aws4_request`;
  const uri = bare.split("/").map(encodeURIComponent).join("/");
  const query = search.split("&").sort().join("&");
  const canonical = [method, uri, query, `x-amz-date:${TIME}\n`, "x-amz-date", sha256(body)].join("\n");
  const key = ["us-east-1", service, "aws4_request"].reduce<Buffer>(
    (previous, step) => hmac(previous, step),
    hmac(`AWS4${secretAccessKey}`, date),
  );
  const signature = hmac(key, ["AWS4-HMAC-SHA256", TIME, scope, sha256(canonical)].join("\n")).toString("hex");
  const response = await fetch(cloud.url + path, {
    method,
    ...(method !== "GET" && { body }),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-amz-date": TIME,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=x-amz-date, Signature=${signature}`,
    },
  });
  return { status: response.status, text: await response.text() };
}

const ODD: readonly unknown[] = [
  null,
  5,
  -1,
  1e308,
  0.5,
  "",
  "x",
  "a\u0000b",
  "ä€\ud800",
  "x".repeat(5000),
  true,
  [],
  [null],
  [[]],
  {},
  { a: 1 },
  { __proto__: null, constructor: 1 },
];

/** The JSON value with one part of it after another replaced by each odd value, or left out; and text that is no JSON. */
export function jsonMutants(value: unknown): readonly string[] {
  const texts = ["", "{", "[]", "nul", '{"a":1}{', '{"__proto__":{"a":1}}', "[".repeat(5000)];
  return [...texts, ...replaced(value).map((one) => JSON.stringify(one) ?? "")];
}

function replaced(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return ODD;
  const inside = Object.entries(value).flatMap(([key, inner]) =>
    [undefined, ...replaced(inner)].map((one) =>
      Array.isArray(value) ? value.with(Number(key), one) : { ...value, [key]: one },
    ),
  );
  return [...ODD, ...inside];
}

const ODD_TEXTS = [
  "",
  "0",
  "-5",
  "x",
  "1e308",
  "NaN",
  "%00",
  "%ff",
  "%E4",
  "a".repeat(3000),
  "constructor",
  "]]>",
  "&amp;",
  "&#0;",
];

/** A form with one field after another replaced by each odd text, or left out. */
function formMutants(form: Readonly<Record<string, string>>): readonly string[] {
  const write = (fields: Readonly<Record<string, string | undefined>>) =>
    Object.entries(fields)
      .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
      .join("&");
  return Object.keys(form).flatMap((key) => [undefined, ...ODD_TEXTS].map((text) => write({ ...form, [key]: text })));
}

/** A text with pieces cut out, doubled and replaced. */
function textMutants(text: string, seed: number): readonly string[] {
  const at = fc.nat(text.length - 1);
  const piece = fc.constantFrom(
    "<",
    ">",
    "/",
    "&",
    "\0",
    "<a>",
    "</Change>",
    "<![CDATA[",
    "]]>",
    "&#x0;",
    "",
    "é",
    "99999999999999999999",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
  );
  const mutant = fc
    .array(fc.tuple(at, at, piece), { minLength: 1, maxLength: 3 })
    .map((edits) =>
      edits.reduce(
        (whole, [from, length, put]) => whole.slice(0, from) + put + whole.slice(from + (length % 12)),
        text,
      ),
    );
  return fc.sample(mutant, { numRuns: 150, seed });
}

const V1 = "2010-12-01";
const STS = "2011-06-15";
const ARN = "arn:aws:ses:us-east-1:000000000000:identity/ses-example.com";
const TAGS = [{ Key: "k", Value: "v" }];
const IDENTITY = "/v2/email/identities/new-example.com";

const json = (path: string, body: unknown, method = "POST"): Seed => ({
  service: "ses",
  method,
  path,
  mutants: () => jsonMutants(body),
});
const form = (service: "ses" | "sts", body: Readonly<Record<string, string>>): Seed => ({
  service,
  path: "/",
  mutants: () => formMutants({ Version: service === "ses" ? V1 : STS, ...body }),
});
const query = (
  service: Seed["service"],
  method: string,
  path: string,
  fields: Readonly<Record<string, string>>,
): Seed[] => formMutants(fields).map((text) => ({ service, method, path: `${path}?${text}`, mutants: () => [""] }));

const CHANGE = (set: string) =>
  `<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Comment>c</Comment><Changes><Change><Action>UPSERT</Action><ResourceRecordSet>${set}</ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`;
const SET = (type: string, value: string) =>
  `<Name>r.ses-example.com</Name><Type>${type}</Type><SetIdentifier>s</SetIdentifier><Weight>1</Weight><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>${value}</Value></ResourceRecord></ResourceRecords>`;

/** Requests whose bodies are mutated, at each of the AWS APIs. `zone`: the id of a zone of the account. */
export function signedSeeds(zone: string): readonly Seed[] {
  const rrset = `/2013-04-01/hostedzone/${zone}/rrset`;
  const xml = (path: string, body: string, seed: number): Seed => ({
    service: "route53",
    path,
    mutants: () => textMutants(body, seed),
  });
  return [
    json("/v2/email/identities", { EmailIdentity: "new-example.com", Tags: TAGS }),
    json("/v2/email/identities", {
      EmailIdentity: "dkim-example.com",
      DkimSigningAttributes: { DomainSigningAttributesOrigin: "AWS_SES_EU_WEST_1" },
      ConfigurationSetName: "main",
    }),
    json("/v2/email/identities", {
      EmailIdentity: "own-example.com",
      DkimSigningAttributes: {
        DomainSigningSelector: "mine",
        DomainSigningPrivateKey: "MIIB",
        NextSigningKeyLength: "RSA_1024_BIT",
      },
    }),
    json(`${IDENTITY}/dkim`, { SigningEnabled: true }, "PUT"),
    json(
      `${IDENTITY}/dkim/signing`,
      {
        SigningAttributesOrigin: "AWS_SES",
        SigningAttributes: { NextSigningKeyLength: "RSA_1024_BIT", DomainSigningAttributesOrigin: null },
      },
      "PUT",
    ),
    json(
      `${IDENTITY}/dkim/signing`,
      {
        SigningAttributesOrigin: "EXTERNAL",
        SigningAttributes: { DomainSigningSelector: "mine", DomainSigningPrivateKey: "MIIB" },
      },
      "PUT",
    ),
    json(
      `${IDENTITY}/mail-from`,
      { MailFromDomain: "bounce.new-example.com", BehaviorOnMxFailure: "REJECT_MESSAGE" },
      "PUT",
    ),
    json(`${IDENTITY}/feedback`, { EmailForwardingEnabled: false }, "PUT"),
    json(`${IDENTITY}/configuration-set`, { ConfigurationSetName: "main" }, "PUT"),
    json("/v2/email/configuration-sets", { ConfigurationSetName: "main", Tags: TAGS, TrackingOptions: {} }),
    json("/v2/email/list-configuration-sets", { PageSize: 5, NextToken: "YWZ0ZXIgMQ", Filter: { a: "b" } }),
    json("/v2/email/vdm/recommendations", { PageSize: 5, NextToken: "YWZ0ZXIgMQ", Filter: { TYPE: "DKIM" } }),
    json("/v2/email/tags", { ResourceArn: ARN, Tags: TAGS }),
    json("/v2/email/list-identities", {
      PageSize: 5,
      NextToken: "YWZ0ZXIgMQ",
      Filter: { IDENTITY_NAME_CONTAINS: "a", IDENTITY_TYPE: "DOMAIN", VERIFICATION_STATUS: "FAILED" },
    }),
    ...query("ses", "GET", "/v2/email/identities", { PageSize: "5", NextToken: "YWZ0ZXIgMQ" }),
    ...query("ses", "GET", "/v2/email/tags", { ResourceArn: "arn:x" }),
    ...query("ses", "DELETE", "/v2/email/tags", { ResourceArn: "arn:x", TagKeys: "k" }),
    form("ses", { Action: "VerifyDomainIdentity", Domain: "form-example.com" }),
    form("ses", { Action: "VerifyEmailIdentity", EmailAddress: "me@form-example.com" }),
    form("ses", { Action: "DeleteIdentity", Identity: "form-example.com" }),
    form("ses", { Action: "ListIdentities", IdentityType: "Domain", MaxItems: "5", NextToken: "YWZ0ZXIgMQ" }),
    form("ses", { Action: "GetIdentityVerificationAttributes", "Identities.member.1": "form-example.com" }),
    form("ses", { Action: "VerifyDomainDkim", Domain: "form-example.com" }),
    form("ses", { Action: "GetIdentityDkimAttributes", "Identities.member.1": "form-example.com" }),
    form("ses", { Action: "GetIdentityMailFromDomainAttributes", "Identities.member.1": "form-example.com" }),
    form("ses", { Action: "GetIdentityNotificationAttributes", "Identities.member.1": "form-example.com" }),
    form("ses", { Action: "SetIdentityDkimEnabled", Identity: "form-example.com", DkimEnabled: "true" }),
    form("ses", {
      Action: "SetIdentityMailFromDomain",
      Identity: "form-example.com",
      MailFromDomain: "bounce.form-example.com",
      BehaviorOnMXFailure: "RejectMessage",
    }),
    form("ses", {
      Action: "SetIdentityFeedbackForwardingEnabled",
      Identity: "form-example.com",
      ForwardingEnabled: "true",
    }),
    form("sts", { Action: "GetCallerIdentity" }),
    form("sts", {
      Action: "AssumeRole",
      RoleArn: "arn:aws:iam::000000000000:role/r",
      RoleSessionName: "session",
      DurationSeconds: "900",
      ExternalId: "x",
    }),
    xml(
      "/2013-04-01/hostedzone",
      "<CreateHostedZoneRequest><Name>made-example.com</Name><CallerReference>r</CallerReference><VPC><VPCId>v</VPCId></VPC></CreateHostedZoneRequest>",
      1,
    ),
    xml(rrset, CHANGE(SET("TXT", '"x"')), 2),
    xml(rrset, CHANGE(SET("MX", "10 a.example.com")), 3),
    xml(rrset, CHANGE(SET("SOA", "a. b. 1 2 3 4 5")), 4),
    ...query("route53", "GET", rrset, { name: "a", type: "TXT", identifier: "x", maxitems: "5" }),
    ...query("route53", "GET", "/2013-04-01/hostedzone", { marker: "x", maxitems: "5" }),
    ...query("route53", "GET", "/2013-04-01/hostedzonesbyname", { dnsname: "a.", hostedzoneid: zone, maxitems: "5" }),
    ...query("route53", "GET", `/2013-04-01/change/${zone}`, { x: "5" }),
  ];
}
