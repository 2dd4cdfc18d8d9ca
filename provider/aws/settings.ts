import { SesError } from "../core/errors";
import { NAMED_SETS_KEY, readNamedSets } from "../core/named-sets";
import { type NetworkSettings, readNetworkSettings } from "./network";

/** Stack config, by full key (`aws:region`); structured values arrive as JSON text. */
export type ReadConfig = (key: string) => string | undefined;

/** A role to assume: Pulumi's own shape of `aws:assumeRole` and of each member of `aws:assumeRoles`. */
export interface RoleSettings {
  readonly roleArn: string;
  readonly externalId?: string | undefined;
  readonly sessionName?: string | undefined;
  /** Seconds; `duration: "1h"` is read too. */
  readonly durationSeconds?: number | undefined;
  readonly policy?: string | undefined;
  readonly policyArns?: readonly string[] | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly transitiveTagKeys?: readonly string[] | undefined;
  readonly webIdentityToken?: string | undefined;
  readonly webIdentityTokenFile?: string | undefined;
}

/**
 * One set of credentials by name, in the JSON object `sesdomain:credentials`:
 * `{ "eu": { "profile": "eu" }, "ci": { "accessKey": "…", "secretKey": "…", "token": "…", "roleArn": "…", "externalId": "…" } }`.
 * Members that other DNS hosts use may be in the same set.
 */
export interface NamedCredentials {
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly token?: string | undefined;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
}

export interface AwsSettings {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly keys:
    | { readonly accessKey: string; readonly secretKey: string; readonly token: string | undefined }
    | undefined;
  readonly roles: readonly RoleSettings[];
  readonly allowedAccountIds: readonly string[];
  readonly forbiddenAccountIds: readonly string[];
  readonly configFiles: readonly string[];
  readonly credentialsFiles: readonly string[];
  /** By service as Pulumi's AWS provider names them: `ses`, `sesv2`, `route53`, `sts`. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly named: Readonly<Record<string, NamedCredentials>>;
  readonly network: NetworkSettings;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads stack config by the names of Pulumi's AWS provider. Throws `SesError` `config-invalid`, which names the key and no value. */
export function readSettings(get: ReadConfig): AwsSettings {
  const accessKey = text(get("aws:accessKey"));
  const secretKey = text(get("aws:secretKey"));
  if ((accessKey === undefined) !== (secretKey === undefined)) {
    throw invalid(accessKey === undefined ? "aws:accessKey" : "aws:secretKey", "is missing: both keys are needed");
  }
  const webRole = readObjects(get, "aws:assumeRoleWithWebIdentity");
  return {
    region: text(get("aws:region")),
    profile: text(get("aws:profile")),
    keys:
      accessKey === undefined || secretKey === undefined
        ? undefined
        : { accessKey, secretKey, token: text(get("aws:token")) },
    roles: [
      ...webRole.map((role) => readRole(role, "aws:assumeRoleWithWebIdentity")),
      ...readObjects(get, "aws:assumeRole").map((role) => readRole(role, "aws:assumeRole")),
      ...readObjects(get, "aws:assumeRoles").map((role) => readRole(role, "aws:assumeRoles")),
    ],
    allowedAccountIds: readStrings(get, "aws:allowedAccountIds"),
    forbiddenAccountIds: readStrings(get, "aws:forbiddenAccountIds"),
    configFiles: readStrings(get, "aws:sharedConfigFiles"),
    credentialsFiles: readStrings(get, "aws:sharedCredentialsFiles"),
    endpoints: Object.assign({}, ...readObjects(get, "aws:endpoints").map(stringsOf)),
    named: readNamed(get),
    network: readNetworkSettings(get),
  };
}

function readNamed(get: ReadConfig): Record<string, NamedCredentials> {
  const read = readNamedSets(get(NAMED_SETS_KEY));
  if ("fault" in read) throw invalid(NAMED_SETS_KEY, read.fault);
  const named: Record<string, NamedCredentials> = {};
  for (const [name, set] of read.sets) {
    if (set === undefined) throw invalid(NAMED_SETS_KEY, `holds "${name}", which is not an object`);
    named[name] = set;
  }
  return named;
}

function readRole(role: Json, key: string): RoleSettings {
  const strings = stringsOf(role);
  const { roleArn } = strings;
  if (roleArn === undefined) throw invalid(key, "has no roleArn");
  return {
    ...strings,
    roleArn,
    durationSeconds: typeof role.durationSeconds === "number" ? role.durationSeconds : seconds(strings, key),
    policyArns: list(role.policyArns),
    tags: isObject(role.tags) ? stringsOf(role.tags) : undefined,
    transitiveTagKeys: list(role.transitiveTagKeys),
  };
}

function seconds(role: Readonly<Record<string, string>>, key: string): number | undefined {
  const given = role.durationSeconds ?? role.duration;
  if (given === undefined) return undefined;
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(given);
  if (parts === null) throw invalid(key, "has a duration that does not parse; write it like 1h30m");
  return Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
}

/** One object, an array of objects, or nothing. */
function readObjects(get: ReadConfig, key: string): readonly Json[] {
  const value = readJson(get, key);
  if (value === undefined || value === null) return [];
  const objects: readonly unknown[] = Array.isArray(value) ? value : [value];
  return objects.map((each) => {
    if (!isObject(each)) throw invalid(key, "is not an object");
    return each;
  });
}

/** A JSON array of strings or numbers, or a single one as plain text. */
function readStrings(get: ReadConfig, key: string): readonly string[] {
  const raw = text(get(key));
  if (raw === undefined) return [];
  if (!raw.startsWith("[")) return [raw];
  return list(readJson(get, key)) ?? [];
}

function readJson(get: ReadConfig, key: string): unknown {
  const raw = text(get(key));
  if (raw === undefined) return undefined;
  try {
    return JSON.parse(raw);
  } catch {
    // The parser's message quotes the text, which may hold a secret.
    throw invalid(key, "is not valid JSON");
  }
}

function list(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

function stringsOf(object: Json): Record<string, string> {
  const entries = Object.entries(object).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "",
  );
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function invalid(key: string, fault: string): SesError {
  return new SesError("config-invalid", `The stack config ${key} ${fault}.`, { hint: `See: pulumi config get ${key}` });
}
