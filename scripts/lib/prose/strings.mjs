// The texts of a source file: its strings and templates, by the compiler's syntax tree.
import ts from "typescript";
import { asBreak, asLine, asNothing, asWord, maskCode } from "./sentences.mjs";

/**
 * Strings and templates that a reader may see. Names of modules, types, properties and values that are compared are none.
 * Parts joined with `+` are one text. An expression that is filled in counts as one word; strings within it are texts of
 * their own.
 * @param {string} path
 * @param {string} source
 * @returns {{ line: number, text: string }[]}
 */
export function stringsOf(path, source) {
  const kind = /\.[mc]js$/.test(path) ? ts.ScriptKind.JS : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, kind);
  const pieces = [];
  const add = (node, text) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    if (isProse(text, node)) pieces.push({ line: line + 1, text });
  };
  const visit = (node) => {
    if (isText(node)) {
      if (!isName(node)) add(node, maskedText(node, file));
      for (const inner of expressionsIn(node)) visit(inner);
    } else ts.forEachChild(node, visit);
  };
  visit(file);
  return pieces;
}

const isLiteral = (node) => ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node);
const isSum = (node) => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
/** A string, a template, or a sum with one. */
const isText = (node) =>
  isLiteral(node) || ts.isTemplateExpression(node) || (isSum(node) && (isText(node.left) || isText(node.right)));

/** What is filled in. */
function expressionsIn(node) {
  if (isLiteral(node)) return [];
  if (ts.isTemplateExpression(node)) return node.templateSpans.map((span) => span.expression);
  return [node.left, node.right].flatMap((part) => (isText(part) ? expressionsIn(part) : [part]));
}

/** The node as it is in the source, with the same length: only its prose is left. */
function maskedText(node, file) {
  const raw = node.getText(file);
  if (isLiteral(node)) return unescaped(raw);
  if (isSum(node)) {
    const [left, right] = [node.left, node.right].map((part) =>
      isText(part) ? maskedText(part, file) : asWord(part.getText(file)),
    );
    return left + asNothing(raw.slice(left.length, raw.length - right.length)) + right;
  }
  let text = "";
  const start = node.getStart(file);
  for (const span of node.templateSpans) {
    const from = span.expression.getFullStart() - start - 2;
    const to = span.literal.getStart(file) - start + 1;
    text += raw.slice(text.length, from) + asWord(raw.slice(from, to));
  }
  return unescaped(text + raw.slice(text.length));
}

/** Without quotes and escapes. A sentence ends with its line of output, unless the next line goes on with a letter. */
const unescaped = (raw) =>
  maskCode(
    raw
      .replace(/^["'`]|["'`]$/g, asNothing)
      .replace(/\\[nrt]/g, asBreak)
      .replace(/\n(?!\p{L})/gu, asLine)
      .replace(/\\(?=`)/g, asNothing)
      .replace(/\\(?:u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2})/g, asWord)
      .replace(/\\./g, (part) => ` ${part[1]}`),
  );

/** One word may be a name (`"with-others"`): it is prose where nothing but letters and a full stop are in it. */
const isProse = (text) => {
  const plain = text.replace(/[\uE002-\uE004]/g, "").trim();
  return /\s/.test(plain) || /^\p{L}+[.,:!?]?$/u.test(plain);
};

const COMPARISONS = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.InKeyword,
]);

/** Whether the string names something in the code. */
function isName({ parent }) {
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isExternalModuleReference(parent) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isCaseClause(parent) ||
    ts.isPropertySignature(parent) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword) ||
    (ts.isBinaryExpression(parent) && COMPARISONS.has(parent.operatorToken.kind))
  );
}
