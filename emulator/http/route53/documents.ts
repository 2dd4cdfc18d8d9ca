import { AwsError } from "../errors";
import type { HttpReply } from "../message";
import type { Call } from "../service";
import { readXml, writeXml, type XmlElement, type XmlFields } from "../xml";

export const NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/";

/** The request's document. Throws `AwsError` InvalidInput where its root is another. */
export function bodyOf(call: Call, root: string): XmlElement {
  const document = readXml(call.request.body.toString("utf8"));
  if (document?.name !== root) throw new AwsError("InvalidInput", `Invalid XML ; expected a ${root}`);
  return document.element;
}

export function xmlReply(root: string, fields: XmlFields): HttpReply {
  return { status: 200, headers: { "content-type": "text/xml" }, body: writeXml(root, NAMESPACE, fields) };
}
