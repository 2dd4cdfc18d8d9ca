import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** One call of the engine to the plugin, as `PULUMI_DEBUG_GRPC` records it: a line of JSON each. */
export interface RecordedCall {
  /** `Check`, `Create`, … */
  readonly method: string;
  readonly request: Value;
  /** Undefined where the call failed. */
  readonly response: Value | undefined;
  readonly errors: readonly string[];
}

type Value = Readonly<Record<string, unknown>>;

const SERVICE = "/pulumirpc.ResourceProvider/";
const UNKNOWN = /^(04da6b54|1c4a061d|3eeb2bf0|6a19a0b0|030794c1|e48ece36|dd056dcd)-[0-9a-f-]{27}$/;
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The calls to this plugin, in the order in which they ended. Calls to providers of other packages are left out. */
export function readCalls(file: string): RecordedCall[] {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.flatMap((line) => {
    const { method, request, response, errors, metadata } = JSON.parse(line) as Record<string, unknown>;
    if (typeof method !== "string" || !method.startsWith(SERVICE)) return [];
    const urn = isObject(request) && typeof request.urn === "string" ? request.urn : "";
    const isOurs = /::(sesdomain:index:|[^:]*\$sesdomain:index:|pulumi:providers:sesdomain::)/.test(urn);
    const isOfPlugin = JSON.stringify(metadata ?? {}).includes("sesdomain");
    if (urn !== "" ? !isOurs : !isOfPlugin) return [];
    return [
      {
        method: method.slice(SERVICE.length),
        request: isObject(request) ? request : {},
        response: isObject(response) ? response : undefined,
        errors: Array.isArray(errors) ? errors.map(String) : [],
      },
    ];
  });
}

/** Holds recorded calls against the protocol's rules. `secrets`: texts that may only stand in an envelope. */
export function assertProtocol(calls: readonly RecordedCall[], secrets: readonly string[]): void {
  const methods = new Set(calls.map(({ method }) => method));
  for (const method of ["Configure", "Check", "Create", "Diff", "Read", "Delete"])
    assert.ok(methods.has(method), method);
  for (const call of calls) {
    const where = `${call.method} ${String(call.request.urn ?? "")}`;
    for (const text of call.errors) assertHides(text, secrets, where);
    if (call.response === undefined) continue;
    assertEnvelopes(call.response, secrets, where);
    if (!isPreviewOf(call)) assertKnown(call, where);
    if (call.method === "Check" || call.method === "CheckConfig") assertFailures(call.response, where);
    if (call.method === "Diff" || call.method === "DiffConfig") assertDiff(call.response, where);
    if (call.method === "Create" && !isPreviewOf(call)) assert.match(String(call.response.id), /./, where);
  }
  assertStable(calls);
}

function isPreviewOf({ request }: RecordedCall): boolean {
  return request.preview === true;
}

/** What was done has no unknown part, and what was read neither. Check and a preview's answers may have some. */
function assertKnown({ method, response }: RecordedCall, where: string): void {
  if (!["Create", "Update", "Read", "Delete", "Invoke"].includes(method)) return;
  walk(response, (value) => assert.doesNotMatch(String(value), UNKNOWN, where));
}

function assertEnvelopes(value: unknown, secrets: readonly string[], where: string): void {
  if (typeof value === "string") assertHides(value, secrets, where);
  if (Array.isArray(value)) for (const entry of value) assertEnvelopes(entry, secrets, where);
  if (!isObject(value) || value[SIGNATURE] === SECRET) return;
  for (const [key, entry] of Object.entries(value)) {
    assertHides(key, secrets, where);
    assertEnvelopes(entry, secrets, where);
  }
}

function assertHides(text: string, secrets: readonly string[], where: string): void {
  for (const secret of secrets) assert.ok(!text.includes(secret), `${where} tells a secret`);
}

/** With a property, the engine prints its value. */
function assertFailures({ failures }: Value, where: string): void {
  if (!Array.isArray(failures)) return;
  for (const failure of failures) assert.equal((failure as Value).property ?? "", "", where);
}

function assertDiff({ changes, detailedDiff, diffs, deleteBeforeReplace }: Value, where: string): void {
  assert.ok(changes === "DIFF_NONE" || changes === "DIFF_SOME", `${where}: ${String(changes)}`);
  assert.notEqual(deleteBeforeReplace, true, where);
  if (changes === "DIFF_NONE") assert.deepEqual([detailedDiff ?? {}, diffs ?? []], [{}, []], where);
}

/** What Check makes of the same inputs is the same, whatever SES and DNS say meanwhile. */
function assertStable(calls: readonly RecordedCall[]): void {
  const seen = new Map<string, unknown>();
  for (const { method, request, response } of calls) {
    if (method !== "Check" || response === undefined) continue;
    // Of a new resource nothing was seen yet.
    const isNew = Object.keys(isObject(request.olds) ? request.olds : {}).length === 0;
    const key = JSON.stringify([request.urn, request.news, isNew]);
    const inputs = response.inputs;
    if (seen.has(key)) assert.deepEqual(inputs, seen.get(key), `Check of ${String(request.urn)} is not stable`);
    seen.set(key, inputs);
  }
}

function walk(value: unknown, visit: (leaf: unknown) => void): void {
  if (Array.isArray(value)) for (const entry of value) walk(entry, visit);
  else if (isObject(value)) for (const entry of Object.values(value)) walk(entry, visit);
  else visit(value);
}

function isObject(value: unknown): value is Value {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
