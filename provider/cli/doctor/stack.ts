import { existsSync } from "node:fs";
import type { AuthorityOptions } from "../../authority/authority";
import { inputName } from "../../core/config-names";
import { explain } from "../../core/errors";
import { clip } from "../../core/text";
import { hostOf } from "../../dns/hosts";
import type { AddressSubject } from "../../doctor/address/checkup";
import type { Skipped } from "../../doctor/json";
import type { Subject, SubjectIdentity } from "../../doctor/subject";
import { type AddressState, type AddressVerification, decodeAddressState } from "../../lifecycle/address/state";
import type { CheckedIdentity } from "../../lifecycle/arguments/types";
import { type DomainState, decodeState } from "../../lifecycle/domain/state";
import { tokenIn } from "../../lifecycle/records/requirements";
import { formerMarkOf } from "../../pulumi/urn";
import { sendingInState } from "./sending/stated";
import { UsageError } from "./usage";

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Runs a program to its end. Rejects where it cannot be started. */
export type RunProgram = (command: string, args: readonly string[], cwd: string) => Promise<Ran>;

interface StackSubject {
  readonly resource: string;
  readonly subject: Subject;
}

interface StackAddress {
  readonly resource: string;
  readonly subject: AddressSubject;
}

export interface Stack {
  readonly domains: readonly StackSubject[];
  readonly addresses: readonly StackAddress[];
  readonly skipped: readonly Skipped[];
  /** Stack config by full key, as the provider gets it. */
  readonly config: (key: string) => string | undefined;
  /** Why the config could not be read. */
  readonly configFault: string | undefined;
}

/** Of the plugin, and of dynamic resources. */
const PACKAGES = ["sesdomain:index", "pulumi-nodejs:dynamic/sesdomain"] as const;
const DOMAIN_TYPES = typesOf("VerifiedDomain", "DomainIdentity");
const VERIFICATION_TYPES = typesOf("DomainVerification");
const ADDRESS_TYPES = typesOf("VerifiedEmailAddress");

function typesOf(...names: readonly string[]): ReadonlySet<unknown> {
  return new Set(PACKAGES.flatMap((one) => names.map((name) => `${one}:${name}`)));
}

/** Reads the state and the config of the stack that `pulumi` finds in the folder. Throws `UsageError` with the message of `pulumi` where it finds none. */
export async function readStack(
  run: RunProgram,
  cwd: string,
  name: string | undefined,
  dnsCheck: AuthorityOptions | undefined,
): Promise<Stack> {
  if (!existsSync(cwd)) throw new UsageError(`There is no folder ${cwd}.`, "Name the Pulumi project's with --cwd.");
  const which = name === undefined ? [] : ["--stack", name];
  const exported = await run("pulumi", ["stack", "export", ...which, "--non-interactive"], cwd).catch(notThere);
  if (exported.exitCode !== 0) {
    throw new UsageError(
      `pulumi stack export failed in ${cwd}: ${lastLine(exported)}`,
      "Name the stack with --stack NAME, and its folder with --cwd.",
    );
  }
  // Credentials may be in the config. They are read as Pulumi's own program reads them, and go nowhere else.
  const configured = await run("pulumi", ["config", "--json", "--show-secrets", ...which, "--non-interactive"], cwd);
  const readable = configured.exitCode === 0;
  const config = readable ? parseConfig(configured.stdout) : new Map<string, string>();
  return {
    ...parseState(exported.stdout, dnsCheck),
    // A plugin is given the keys of its own package alone.
    config: (key) => config.get(`sesdomain:${inputName(key)}`) ?? config.get(key),
    configFault: readable ? undefined : lastLine(configured),
  };
}

function notThere(error: unknown): never {
  throw new UsageError(
    `The pulumi program cannot be run: ${explain(error)}.`,
    "Install the Pulumi CLI, or name the domain on the command line.",
  );
}

function lastLine({ stderr, stdout }: Ran): string {
  const lines = `${stdout}\n${stderr}`.trim().split("\n");
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "it said nothing";
}

/** The JSON of `pulumi config --json`: `{ "aws:region": { "value": "…" } }`; structured values as `objectValue`, given on as JSON text. */
export function parseConfig(text: string): ReadonlyMap<string, string> {
  const entries = Object.entries(record(JSON.parse(text))).flatMap(([key, entry]): [string, string][] => {
    const { value } = record(entry);
    return typeof value === "string" ? [[key, value]] : [];
  });
  return new Map(entries);
}

/** The domains and addresses in what `pulumi stack export` prints. Pure. Throws `UsageError` where it holds nothing of ours. */
export function parseState(
  text: string,
  dnsCheck: AuthorityOptions | undefined,
): Pick<Stack, "domains" | "addresses" | "skipped"> {
  const { resources } = record(record(jsonOf(text)).deployment);
  if (!Array.isArray(resources) || resources.length === 0) {
    throw new UsageError("The stack is empty: nothing has been deployed yet.", "Run `pulumi up`, or name a domain.");
  }
  const domains: StackSubject[] = [];
  const addresses: StackAddress[] = [];
  const skipped: Skipped[] = [];
  for (const each of resources) {
    const { urn, type, inputs, outputs, delete: leaving } = record(each);
    if (typeof urn !== "string" || typeof type !== "string" || leaving === true) continue;
    if (!DOMAIN_TYPES.has(type) && !ADDRESS_TYPES.has(type)) continue;
    const how = dnsCheck ?? ownDnsCheck(record(inputs).dnsCheck);
    const given = record(outputs);
    try {
      if (isSecret(given.domain) || isSecret(given.address)) {
        skipped.push({ resource: urn, reason: "its name is a secret, which stays in the state" });
      } else if (ADDRESS_TYPES.has(type)) {
        addresses.push({
          resource: urn,
          subject: addressOf({ ...decodeAddressState(given), mark: markOf(urn, given) }, how),
        });
      } else
        domains.push({
          resource: urn,
          subject: subjectOf({ ...decodeState(given), mark: markOf(urn, given) }, inputs, how),
        });
    } catch (error) {
      // A state of another version: the others can still be looked at.
      skipped.push({ resource: urn, reason: explain(error) });
    }
  }
  if (domains.length + addresses.length + skipped.length === 0) throw nothingToLookAt(resources);
  return { domains, addresses, skipped };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const what = text.trim() === "" ? "nothing" : `no JSON: ${clip(text.trim())}`;
    throw new UsageError(`pulumi stack export printed ${what}.`);
  }
}

function nothingToLookAt(resources: readonly unknown[]): UsageError {
  const verifications = resources.some((each) => VERIFICATION_TYPES.has(record(each).type));
  return verifications
    ? new UsageError(
        "The stack's state holds a DomainVerification, which waits for domains that another stack or tool declares, and none of these.",
        "Call it with --stack in that stack's project, or name the domain.",
      )
    : new UsageError("The stack's state holds no VerifiedDomain, no DomainIdentity and no VerifiedEmailAddress.");
}

/** How `pulumi stack export` writes a secret: an object with this key (Pulumi SDK, "secret values"). */
function isSecret(value: unknown): boolean {
  return "4dabf18193072939515e22adb298388d" in record(value);
}

/** A state of version 0.1 holds none, and stands for one. */
function markOf(urn: string, { __mark, __urn }: Record<string, unknown>): string {
  return typeof __mark === "string" ? __mark : formerMarkOf(typeof __urn === "string" ? __urn : urn);
}

function addressOf(
  { address, identities, verifications, mark }: AddressState,
  dnsCheck: AuthorityOptions,
): AddressSubject {
  return {
    address,
    identities: verifications.map((one) => ({ ...identityOf(one, identities, false), mark })),
    dnsCheck,
    declared: true,
  };
}

/** As the program names it, with the account that the state pins it to. */
function identityOf(
  { name, region, accountId }: Pick<AddressVerification, "name" | "region" | "accountId">,
  identities: readonly CheckedIdentity[],
  verifiedBefore: boolean,
): SubjectIdentity {
  const own = identities.find((one) => (one.name ?? one.region ?? region) === name);
  return { name, spec: { ...own, name, region }, accountId, verifiedBefore, leaveOutFor: [] };
}

function subjectOf(state: DomainState, inputs: unknown, dnsCheck: AuthorityOptions): Subject {
  const { domain, identities, dns, verifications, requirements, verified, asked, mark } = state;
  const sending = sendingInState(state, inputs);
  return {
    domain,
    identities: verifications.map((one) => ({
      ...identityOf(one, identities, verified),
      mark,
      asked: asked[one.identityArn],
      sending: sending.identity(one.name),
    })),
    tokens: [],
    expected: requirements.filter((one) => verifications.some(({ token }) => token === tokenIn(one))),
    sending: sending.domain,
    hosts: dns.filter(({ kind }) => hostOf(kind).readable !== false),
    withoutHost: dns.length === 0,
    dnsCheck,
  };
}

/** As the program wants it; where it reads no DNS itself, the doctor does. */
function ownDnsCheck(given: unknown): AuthorityOptions {
  const { mode, resolvers, port } = record(given);
  const names = Array.isArray(resolvers) ? resolvers.filter((one): one is string => typeof one === "string") : [];
  return {
    mode: mode === "doh" ? "doh" : "authoritative",
    ...(names.length > 0 && { resolvers: names }),
    ...(typeof port === "number" && { port }),
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
