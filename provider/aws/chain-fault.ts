import { HttpFault } from "../core/http";
import { clip } from "../core/text";
import { foreignAnswer, UnexpectedAnswer } from "./answer";
import { CredentialsFault } from "./credentials-fault";
import type { RequestHandler } from "./handler";
import { HINTS, type Reader } from "./hints";
import {
  checkTokenFile,
  filesRead,
  followProfile,
  namesSource,
  option,
  type ProfileSource,
  unreadableFiles,
} from "./profile";
import { type Env, type SharedFiles, shown } from "./shared-files";

/** Where the AWS SDK's own chain of credentials looks. */
export interface ChainSource {
  /** Named in the program, in stack config, or by AWS_PROFILE. */
  readonly profile: string | undefined;
  readonly shared: SharedFiles;
  readonly env: Env;
  /** Where the fault is read; default: at a program. */
  readonly reader?: Reader | undefined;
}

/**
 * What can be told before the chain begins: a profile without a source is a fault at once, since the chain would go on to
 * another source, and so to another account. Throws `CredentialsFault`.
 */
export function sourceBefore({ profile, shared, env }: ChainSource, explicitly: boolean): ProfileSource | undefined {
  const keys = Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
  const name = profile ?? (keys ? undefined : "default");
  if (name === undefined || (name === "default" && !shared.profiles.has(name))) return undefined;
  // Where only the environment names it, what else the environment holds is a source of its own.
  const others = env.AWS_WEB_IDENTITY_TOKEN_FILE ?? env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const more = others ?? env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (!explicitly && more !== undefined && !shared.profiles.has(name)) return undefined;
  return followProfile(name, shared, env);
}

/** The SDK keeps of a lost connection only its text: this keeps what was seen itself. */
export function watchFaults(handler: RequestHandler): {
  readonly handler: RequestHandler;
  seen(): HttpFault | UnexpectedAnswer | undefined;
  forget(): void;
} {
  let last: HttpFault | UnexpectedAnswer | undefined;
  return {
    seen: () => last,
    forget() {
      last = undefined;
    },
    handler: {
      ...handler,
      async handle(request, options) {
        try {
          const answer = await handler.handle(request, options);
          const foreign = foreignAnswer(answer.response);
          if (foreign !== undefined) throw new UnexpectedAnswer(foreign);
          last = undefined;
          return answer;
        } catch (error) {
          if (error instanceof HttpFault || error instanceof UnexpectedAnswer) last = error;
          throw error;
        }
      },
    },
  };
}

/** Why the chain gave nothing, told from where it looked; its own error where that says more. */
export function chainFault(error: unknown, from: ChainSource): unknown {
  const { profile, shared, env } = from;
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  if (name !== "CredentialsProviderError" && name !== "TokenProviderError") {
    // Only an error of a file may be of the token's.
    return (isFileError(error) ? tokenFileFault(env) : undefined) ?? error;
  }
  const sso = ssoFault(message, profile ?? "default");
  if (sso !== undefined) return sso;
  // Any other message is of a source that was there, and is the SDK's to tell.
  if (!/Could not load credentials from any providers|metadata service access disabled/i.test(message)) return error;
  return tokenFileFault(env) ?? halfKeys(env) ?? nothingFound(from);

  function nothingFound({ profile: wanted }: ChainSource): CredentialsFault {
    const unreadable = shared.files.filter(({ state }) => state === "unreadable").map(({ path }) => path);
    if (unreadable.length > 0) return unreadableFiles(unreadable, `profile ${shown(wanted ?? "default")}`);
    const section = shared.profiles.get(wanted ?? "default");
    if (section !== undefined && namesSource(section)) {
      const { credential_source: source } = section;
      return new CredentialsFault(
        `profile ${shown(wanted ?? "default")} names a source of credentials${source === undefined ? "" : ` (${clip(source)})`}, which gave none`,
        source === undefined
          ? `Check what it names: aws configure list${option(wanted ?? "default")}`
          : "Run this where that source is: an EC2 instance or a container with a role; or name a source_profile.",
      );
    }
    if (wanted !== undefined) {
      return new CredentialsFault(
        `profile ${shown(wanted)} names no source of credentials, and none was found elsewhere`,
        `Add keys, credential_process, sso_session or role_arn to the profile (aws configure${option(wanted)}).`,
      );
    }
    return new CredentialsFault(
      `neither the environment, nor profile "default" in ${filesRead(shared)}, nor this machine's metadata service gave any`,
      HINTS[from.reader ?? "program"].noCredentials,
    );
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "code" in error && FILE_CODES.has(String(error.code));
}

const FILE_CODES = new Set([
  "ENOENT",
  "EACCES",
  "EPERM",
  "EISDIR",
  "ENOTDIR",
  "ELOOP",
  "ENAMETOOLONG",
  "EMFILE",
  "EIO",
]);

function tokenFileFault(env: Env): CredentialsFault | undefined {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: role } = env;
  if (!file) return undefined;
  try {
    checkTokenFile(file, "AWS_WEB_IDENTITY_TOKEN_FILE");
  } catch (fault) {
    if (fault instanceof CredentialsFault) return fault;
    throw fault;
  }
  if (role) return undefined;
  return new CredentialsFault(
    "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not",
    "Set AWS_ROLE_ARN to the role that the token is for.",
  );
}

function halfKeys(env: Env): CredentialsFault | undefined {
  const { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret } = env;
  if (Boolean(key) === Boolean(secret)) return undefined;
  const [has, lacks] = key
    ? ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    : ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"];
  return new CredentialsFault(`${has} is set, and ${lacks} is not`, `Set ${lacks} too: both are needed.`);
}

/** The SDK's messages on SSO, as of credential-provider-sso and token-providers 3.9. */
function ssoFault(message: string, profile: string): CredentialsFault | undefined {
  if (!/\bSSO\b|aws sso login|^Token is expired|^(UnauthorizedException|ForbiddenException):/i.test(message))
    return undefined;
  const of = `profile ${shown(profile)}`;
  const login = `Log in: aws sso login${option(profile)}`;
  if (/expired|^UnauthorizedException/i.test(message)) {
    return new CredentialsFault(`the SSO session of ${of} has ended`, login, "credentials-refused");
  }
  if (/^ForbiddenException/.test(message)) {
    return new CredentialsFault(
      `SSO gives ${of} no credentials of its account and role`,
      "Check sso_account_id and sso_role_name, and whether the role is assigned to you there.",
      "credentials-refused",
    );
  }
  if (/not found|invalid|not present/i.test(message)) {
    return new CredentialsFault(`no SSO session of ${of} is open on this machine`, login);
  }
  return undefined;
}
