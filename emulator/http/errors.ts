import type { HttpReply } from "./message";
import { writeXml, type XmlFields } from "./xml";

/** How a service words its errors: the query protocol and Route 53 in XML, SESv2 in JSON; an API that is not AWS's in its own way. */
export type Dialect =
  | { readonly kind: "xml"; readonly namespace: string }
  | { readonly kind: "json" }
  | { readonly kind: "own"; reply(error: AwsError): HttpReply };

/** What a service refuses. `code` is its name in XML; some have another in JSON. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** The same refusal has another name, and at times another status, in JSON (SES API v2, Common Errors). */
const IN_JSON: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  InvalidClientTokenId: { code: "UnrecognizedClientException", status: 403 },
  SignatureDoesNotMatch: { code: "InvalidSignatureException", status: 403 },
  IncompleteSignature: { code: "IncompleteSignatureException", status: 403 },
  MissingAuthenticationToken: { code: "MissingAuthenticationTokenException", status: 403 },
  AccessDenied: { code: "AccessDeniedException", status: 403 },
  Throttling: { code: "TooManyRequestsException", status: 429 },
  ExpiredToken: { code: "ExpiredTokenException", status: 403 },
  InternalFailure: { code: "InternalFailure", status: 500 },
  ServiceUnavailable: { code: "ServiceUnavailableException", status: 503 },
};

export function errorReply(error: AwsError, dialect: Dialect, requestId: string): HttpReply {
  if (dialect.kind === "own") return dialect.reply(error);
  if (dialect.kind === "json") {
    const { code, status } = IN_JSON[error.code] ?? { code: error.code, status: error.status };
    return {
      status,
      headers: { "content-type": "application/json", "x-amzn-errortype": code },
      body: JSON.stringify({ message: error.message }),
    };
  }
  const type = error.status >= 500 ? "Receiver" : "Sender";
  const fields: XmlFields = {
    Error: { Type: type, Code: error.code, Message: error.message },
    RequestId: requestId,
  };
  return {
    status: error.status,
    headers: { "content-type": "text/xml" },
    body: writeXml("ErrorResponse", dialect.namespace, fields),
  };
}

export const invalidClientToken = () =>
  new AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", 403);

export const tooLarge = () => new AwsError("RequestEntityTooLarge", "Request size exceeded 1048576 bytes", 413);

export const throttled = () => new AwsError("Throttling", "Rate exceeded", 400);

/** `resource` is `*` for actions that know no resources (Service Authorization Reference). */
export function accessDenied(arn: string, permission: string, resource: string): AwsError {
  return new AwsError(
    "AccessDenied",
    `User: ${arn} is not authorized to perform: ${permission} on resource: ${resource} because no identity-based policy allows the ${permission} action`,
    403,
  );
}
