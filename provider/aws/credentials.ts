import type { AssumeRoleCommandInput, STSClient, Credentials as StsCredentials } from "@aws-sdk/client-sts";
import { withDeadline } from "../core/deadline";
import { SesError } from "../core/errors";
import { clip } from "../core/text";
import { chainFault, sourceBefore, watchFaults } from "./chain-fault";
import { readProcess } from "./credential-process";
import { CredentialsFault } from "./credentials-fault";
import { CredentialsError } from "./faults";
import type { RequestHandler } from "./handler";
import type { Reader } from "./hints";
import { checkTokenFile, type ProfileSource } from "./profile";
import { sdk } from "./sdk";
import type { Credentials, CredentialsOptions, ReadCredentials } from "./session-types";
import type { AwsSettings, NamedCredentials, RoleSettings } from "./settings";
import { type Env, expanded, readSharedFiles, shown } from "./shared-files";

/** Opens an STS client that signs with the given credentials; without them, for calls that need none. */
type OpenSts = (credentials: ReadCredentials | undefined) => Promise<STSClient>;

export interface CredentialsParts {
  readonly openSts: OpenSts;
  /** For the clients that the SDK's own chain opens. */
  readonly requestHandler: RequestHandler;
  /** Where the SDK's own chain assumes roles, unless the profile has a region of its own. */
  readonly region: string;
  readonly env: Env;
  /** How long the SDK's own chain may take, in milliseconds of real time. */
  readonly withinMs: number;
  /** Told of each reading of the SDK's own chain, in which a person may be asked for a code. */
  readonly watch?: (reading: Promise<unknown>) => void;
  readonly reader?: Reader | undefined;
}

/** Credentials are fetched again when less than this is left of them. */
const RENEW_BEFORE_MS = 5 * 60_000;
const SESSION_NAME = "sesdomain";

/**
 * The way to the wished credentials. A named set or a profile of the wish's own stands by itself; otherwise stack config
 * comes first, then the SDK's own chain, and the stack's roles are assumed in their order. The wish's own role comes last.
 */
export function credentialsFor(
  options: CredentialsOptions,
  settings: AwsSettings,
  parts: CredentialsParts,
): ReadCredentials {
  const set = options.credentials === undefined ? undefined : namedSet(options.credentials, settings);
  const own = set ?? (options.profile === undefined ? undefined : { profile: options.profile });
  const roles: RoleSettings[] = own === undefined ? [...settings.roles] : [];
  if (set?.roleArn !== undefined) roles.push({ roleArn: set.roleArn, externalId: set.externalId });
  if (options.roleArn !== undefined) roles.push({ roleArn: options.roleArn, externalId: options.externalId });
  const base = remembered(baseOf(own, options, settings, parts));
  return roles.reduce((from, role) => remembered(assuming(role, from, parts.openSts)), base);
}

function namedSet(name: string, settings: AwsSettings): NamedCredentials {
  const set = Object.hasOwn(settings.named, name) ? settings.named[name] : undefined;
  if (set !== undefined) return set;
  const known = Object.keys(settings.named);
  throw new SesError(
    "credentials-missing",
    `There is no set of credentials named "${name}" in sesdomain:credentials.`,
    {
      hint: known.length === 0 ? "There are none at all." : `There are: ${known.join(", ")}.`,
    },
  );
}

function baseOf(
  own: NamedCredentials | undefined,
  options: CredentialsOptions,
  settings: AwsSettings,
  parts: CredentialsParts,
): ReadCredentials {
  const keys = own === undefined ? settings.keys : own;
  if ((keys?.accessKey === undefined) !== (keys?.secretKey === undefined)) {
    const [has, lacks] = keys?.secretKey === undefined ? ["accessKey", "secretKey"] : ["secretKey", "accessKey"];
    throw new SesError(
      "credentials-missing",
      `The set "${clip(options.credentials ?? "")}" of sesdomain:credentials has ${has}, and no ${lacks}.`,
      { hint: `Add ${lacks} to the set: both are needed.` },
    );
  }
  if (keys?.accessKey !== undefined && keys.secretKey !== undefined) {
    const { accessKey, secretKey, token } = keys;
    return async () => ({
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      ...(token === undefined ? {} : { sessionToken: token }),
    });
  }
  const profile = own?.profile ?? options.profile ?? (own === undefined ? settings.profile : undefined);
  return chain(profile, settings, parts);
}

/** The SDK's own chain: environment, shared files, SSO, processes, containers, instance metadata. */
function chain(named: string | undefined, settings: AwsSettings, parts: CredentialsParts): ReadCredentials {
  const { requestHandler, region, withinMs, watch, env, reader } = parts;
  const never = new AbortController().signal;
  const filepath = single(settings.credentialsFiles, "aws:sharedCredentialsFiles");
  const configFilepath = single(settings.configFiles, "aws:sharedConfigFiles");
  const watched = watchFaults(requestHandler);
  const bySdk = (profile: string | undefined) => {
    const { fromNodeProviderChain } = sdk.credentials();
    return fromNodeProviderChain({
      ...(profile === undefined ? {} : { profile }),
      ...(filepath === undefined ? {} : { filepath }),
      ...(configFilepath === undefined ? {} : { configFilepath }),
      clientConfig: { requestHandler: watched.handler },
      // Not in clientConfig, which would replace the region of SSO as well.
      parentClientConfig: { region },
      // Its one word is that a profile was chosen although there are keys in the environment: that is what was asked for.
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    })();
  };
  return async () => {
    watched.forget();
    const shared = readSharedFiles(settings, env);
    const profile = named ?? (env.AWS_PROFILE || undefined);
    const from = { profile, shared, env, reader };
    try {
      const source = sourceBefore(from, named !== undefined);
      const reading =
        source?.kind === "process"
          ? byProcess(source, withinMs, parts.openSts)
          : withDeadline({ withinMs }, never, () => bySdk(named));
      watch?.(reading);
      return await reading;
    } catch (error) {
      if (error instanceof CredentialsError || error instanceof SesError) throw error;
      const reason = error instanceof CredentialsFault ? error : (watched.seen() ?? chainFault(error, from));
      throw new CredentialsError(reason, profile === undefined ? undefined : `profile ${profile}`);
    }
  };
}

async function byProcess(
  { profile, command, accountId, roles }: Extract<ProfileSource, { readonly kind: "process" }>,
  withinMs: number,
  openSts: OpenSts,
): Promise<Credentials> {
  const read: ReadCredentials = async () => ({
    ...(accountId === undefined ? {} : { accountId }),
    ...(await readProcess(`profile ${shown(profile)}`, command, withinMs)),
  });
  return roles.reduce((from, role) => assuming(role, from, openSts), read)();
}

function single(files: readonly string[], key: string): string | undefined {
  if (files.length <= 1) return files[0];
  throw new SesError("config-invalid", `The stack config ${key} names ${files.length} files; the AWS SDK reads one.`);
}

function assuming(role: RoleSettings, from: ReadCredentials, openSts: OpenSts): ReadCredentials {
  return async () => {
    try {
      return role.webIdentityToken === undefined && role.webIdentityTokenFile === undefined
        ? await assumeRole(role, from, openSts)
        : await assumeByToken(role, openSts);
    } catch (error) {
      throw error instanceof CredentialsError ? error : new CredentialsError(error, role.roleArn);
    }
  };
}

interface Assumed {
  readonly Credentials?: StsCredentials | undefined;
}

async function assumeRole(role: RoleSettings, from: ReadCredentials, openSts: OpenSts): Promise<Credentials> {
  const { AssumeRoleCommand } = sdk.sts();
  const sts = await openSts(from);
  const input: AssumeRoleCommandInput = {
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? SESSION_NAME,
    ExternalId: role.externalId,
    DurationSeconds: role.durationSeconds,
    Policy: role.policy,
    PolicyArns: role.policyArns?.map((arn) => ({ arn })),
    SourceIdentity: role.sourceIdentity,
    Tags: role.tags === undefined ? undefined : Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
    TransitiveTagKeys: role.transitiveTagKeys === undefined ? undefined : [...role.transitiveTagKeys],
  };
  return readAssumed(await sts.send(new AssumeRoleCommand(input)), role);
}

async function assumeByToken(role: RoleSettings, openSts: OpenSts): Promise<Credentials> {
  const { AssumeRoleWithWebIdentityCommand } = sdk.sts();
  const { readFile } = await import("node:fs/promises");
  if (role.webIdentityToken === undefined) {
    checkTokenFile(role.webIdentityTokenFile ?? "", "the stack config aws:assumeRoleWithWebIdentity");
  }
  const token = role.webIdentityToken ?? (await readFile(expanded(role.webIdentityTokenFile ?? ""), "utf8")).trim();
  const sts = await openSts(undefined);
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? SESSION_NAME,
    WebIdentityToken: token,
    DurationSeconds: role.durationSeconds,
    Policy: role.policy,
  });
  return readAssumed(await sts.send(command), role);
}

function readAssumed({ Credentials: given }: Assumed, role: RoleSettings): Credentials {
  if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined) {
    throw new CredentialsError(new Error("STS answered without credentials"), role.roleArn);
  }
  const accountId = /^arn:[^:]+:iam::(\d{12}):/.exec(role.roleArn)?.[1];
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    ...(given.SessionToken === undefined ? {} : { sessionToken: given.SessionToken }),
    ...(given.Expiration === undefined ? {} : { expiration: given.Expiration }),
    ...(accountId === undefined ? {} : { accountId }),
  };
}

/** Keeps credentials until shortly before they expire; readers at one time share one reading. */
function remembered(read: ReadCredentials): ReadCredentials {
  let kept: Promise<Credentials> | undefined;
  let expires = Number.POSITIVE_INFINITY;
  return () => {
    // Real time on purpose: it is AWS that ends credentials, not the clock of a test.
    if (kept !== undefined && Date.now() < expires - RENEW_BEFORE_MS) return kept;
    const reading = read();
    kept = reading;
    expires = Number.POSITIVE_INFINITY;
    reading.then(
      (credentials) => {
        expires = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
      },
      () => {
        if (kept === reading) kept = undefined;
      },
    );
    return reading;
  };
}
