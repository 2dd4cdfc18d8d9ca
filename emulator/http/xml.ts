import { XMLParser } from "fast-xml-parser";

/** What an element holds. An array repeats its element; `undefined` leaves it out; an empty object is an empty element. */
type XmlContent = string | number | boolean | undefined | XmlFields | readonly XmlContent[];
export interface XmlFields {
  readonly [element: string]: XmlContent;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\r": "&#xD;",
};

/** A reply that echoes its request may hold what XML 1.0 cannot (section 2.2): that is replaced. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character);
}

function content(value: XmlContent): string {
  if (value === undefined) return "";
  if (typeof value !== "object") return escapeXml(String(value));
  if (Array.isArray(value)) return value.map(content).join("");
  return Object.entries(value as XmlFields)
    .map(([name, inner]) => elements(name, inner))
    .join("");
}

function elements(name: string, value: XmlContent): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((one: XmlContent) => elements(name, one)).join("");
  return `<${name}>${content(value)}</${name}>`;
}

/** One document with a declaration; `namespace` becomes the root's xmlns. */
export function writeXml(root: string, namespace: string, fields: XmlFields): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${content(fields)}</${root}>`;
}

/** An element that was read: its text, and its children by name in order. */
export interface XmlElement {
  readonly text: string;
  readonly children: ReadonlyMap<string, readonly XmlElement[]>;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  preserveOrder: true,
  htmlEntities: true,
});

/** Reads a document; `undefined` where it is none. Text keeps its blanks. */
export function readXml(text: string): { readonly name: string; readonly element: XmlElement } | undefined {
  let parsed: unknown;
  try {
    parsed = parser.parse(text, true);
  } catch {
    // Not well-formed: the caller words the refusal.
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  for (const node of parsed as readonly Record<string, unknown>[]) {
    const name = nameOf(node);
    if (name !== undefined) return { name, element: toElement(node[name]) };
  }
  return undefined;
}

function nameOf(node: Record<string, unknown>): string | undefined {
  return Object.keys(node).find((key) => key !== ":@" && key !== "#text");
}

function toElement(nodes: unknown): XmlElement {
  let text = "";
  const children = new Map<string, XmlElement[]>();
  for (const node of Array.isArray(nodes) ? (nodes as readonly Record<string, unknown>[]) : []) {
    if ("#text" in node) text += String(node["#text"]);
    const name = nameOf(node);
    if (name === undefined) continue;
    const siblings = children.get(name) ?? [];
    siblings.push(toElement(node[name]));
    children.set(name, siblings);
  }
  return { text, children };
}

export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.get(name)?.[0];
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.get(name) ?? [];
}

export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.text;
}
