import { AwsError } from "../errors";
import type { HttpReply } from "../message";
import type { Call } from "../service";
import { readXml, textOf, writeXml, type XmlElement, type XmlFields } from "../xml";

export const NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/";

const LONGEST_COMMENT = 256;

/** The request's document. Throws `AwsError` InvalidInput where its root is another. */
export function bodyOf(call: Call, root: string): XmlElement {
  const document = readXml(call.request.body.toString("utf8"));
  if (document?.name !== root) throw new AwsError("InvalidInput", `Invalid XML ; expected a ${root}`);
  return document.element;
}

/**
 * An element that the emulator does not read is neither done nor silently left out: throws `AwsError` InvalidInput.
 * `where` is the element that holds them.
 */
export function refuseOthers(element: XmlElement | undefined, where: string, known: readonly string[]): void {
  const other = [...(element?.children.keys() ?? [])].find((name) => !known.includes(name));
  if (other !== undefined) throw new AwsError("InvalidInput", `The emulator's Route 53 has no ${other} in ${where}`);
}

/** The same for the parameters of a request's address. */
export function refuseOtherParameters({ request }: Call, known: readonly string[]): void {
  const other = request.query.find(([name]) => !known.includes(name));
  if (other !== undefined)
    throw new AwsError("InvalidInput", `The emulator's Route 53 has no parameter ${other[0]} here`);
}

/** At most 256 characters (API reference, ResourceDescription). Throws `AwsError` InvalidInput. */
export function commentOf(element: XmlElement | undefined): string | undefined {
  const comment = textOf(element, "Comment");
  if (comment !== undefined && [...comment].length > LONGEST_COMMENT)
    throw new AwsError("InvalidInput", `Invalid Comment: it has more than ${LONGEST_COMMENT} characters`);
  return comment;
}

export function xmlReply(root: string, fields: XmlFields): HttpReply {
  return { status: 200, headers: { "content-type": "text/xml" }, body: writeXml(root, NAMESPACE, fields) };
}
