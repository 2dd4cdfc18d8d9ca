import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { AwsError } from "./errors";
import { type HttpRequest, headerOf } from "./message";

/** The Authorization header of AWS Signature Version 4 (IAM user guide, "Create a signed AWS API request"). */
export interface Signature {
  readonly accessKeyId: string;
  /** YYYYMMDD. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** `undefined` where there is none. Throws `AwsError` IncompleteSignature for one that lacks a part. */
export function parseAuthorization(header: string | undefined): Signature | undefined {
  if (header === undefined || !header.startsWith("AWS4-")) return undefined;
  const part = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(header)?.[1];
  const [accessKeyId, date, region, service, terminator] = part("Credential")?.split("/") ?? [];
  const signedHeaders = part("SignedHeaders")?.split(";");
  const signature = part("Signature");
  const whole = header.startsWith("AWS4-HMAC-SHA256 ") && terminator === "aws4_request";
  if (!whole || !accessKeyId || !date || !region || !service || !signedHeaders || !signature)
    throw new AwsError(
      "IncompleteSignature",
      "Authorization header is not a complete AWS4-HMAC-SHA256 signature.",
      400,
    );
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest("hex");

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalRequest(request: HttpRequest, signature: Signature): string {
  const path = request.path.split("/").map(encode).join("/");
  const query = request.query
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .sort()
    .join("&");
  const headers = signature.signedHeaders
    .map((name) => `${name}:${(headerOf(request, name) ?? "").trim().replace(/ +/g, " ")}\n`)
    .join("");
  const payload = headerOf(request, "x-amz-content-sha256") ?? sha256(request.body);
  return [request.method, path, query, headers, signature.signedHeaders.join(";"), payload].join("\n");
}

/** Whether the request was signed with this secret. The date is not held against any clock: the emulator's may be turned. */
export function signedWith(secret: string, request: HttpRequest, signature: Signature): boolean {
  const scope = [signature.date, signature.region, signature.service, "aws4_request"].join("/");
  const time = headerOf(request, "x-amz-date") ?? "";
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonicalRequest(request, signature))].join("\n");
  const key = [signature.region, signature.service, "aws4_request"].reduce<Buffer>(
    (previous, step) => hmac(previous, step),
    hmac(`AWS4${secret}`, signature.date),
  );
  const expected = hmac(key, text);
  const given = Buffer.from(signature.signature, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
