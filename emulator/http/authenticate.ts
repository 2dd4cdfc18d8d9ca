import { timingSafeEqual } from "node:crypto";
import type { Accounts, Principal } from "./accounts";
import { AwsError, invalidClientToken } from "./errors";
import { type HttpRequest, headerOf } from "./message";
import { partitionOf } from "./regions";
import { type Signature, signedWith } from "./sigv4";

/** Whose signature it is. Throws `AwsError` as AWS does for a missing, unknown, foreign or wrong one. */
export function authenticate(
  request: HttpRequest,
  signature: Signature | undefined,
  accounts: Accounts,
): { readonly caller: Principal; readonly region: string } {
  if (!signature) throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
  const caller = accounts.find(signature.accessKeyId);
  if (!caller || partitionOf(signature.region) !== caller.partition) throw invalidClientToken();
  const { secretAccessKey, sessionToken } = caller.credentials;
  if (!same(headerOf(request, "x-amz-security-token"), sessionToken)) throw invalidClientToken();
  if (!signedWith(secretAccessKey, request, signature))
    throw new AwsError(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      403,
    );
  return { caller, region: signature.region };
}

function same(given: string | undefined, expected: string | undefined): boolean {
  if (given === undefined || expected === undefined) return given === expected;
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
