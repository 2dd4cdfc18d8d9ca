import { nearest } from "../core/suggest";
import { clip, quoted } from "../core/text";
import { CredentialsFault } from "./credentials-fault";
import type { RoleSettings } from "./settings";
import { type Env, readText, type SharedFiles, shown } from "./shared-files";

/** From where a profile takes its credentials, and which roles are assumed with them, in their order. */
export type ProfileSource =
  | {
      readonly kind: "process";
      readonly profile: string;
      readonly command: string;
      readonly accountId: string | undefined;
      readonly roles: readonly RoleSettings[];
    }
  /** What the AWS SDK reads by itself: keys, SSO, a web identity, metadata; or nothing that this profile names. */
  | { readonly kind: "other" };

type Section = Readonly<Record<string, string>>;

/**
 * Follows a profile to its source as the AWS SDK does, which ignores a broken link and in the end says only
 * that there are no credentials. Throws `CredentialsFault` for what cannot lead to any.
 */
export function followProfile(name: string, shared: SharedFiles, env: Env): ProfileSource {
  const roles: RoleSettings[] = [];
  const visited: string[] = [];
  for (let at = name; ; ) {
    const section = shared.profiles.get(at);
    if (section === undefined)
      throw visited.length === 0 ? noProfile(at, shared) : noSource(visited.at(-1) ?? at, at, shared);
    const ownKeys = hasKeys(section);
    // Keys at the end of a chain are taken, whatever stands with them.
    const source = visited.length > 0 && ownKeys ? undefined : sourceOf(at, section, shared, env);
    const role = roleIn(section);
    if (role === undefined || source === undefined) {
      const elsewhere =
        role !== undefined && (section.credential_source ?? section.web_identity_token_file) !== undefined;
      if (section.credential_process === undefined || ownKeys || elsewhere) {
        return { kind: "other" };
      }
      const { credential_process: command, aws_account_id: accountId } = section;
      return { kind: "process", profile: at, command, accountId, roles };
    }
    roles.unshift(role);
    const again = source === at || visited.includes(source);
    if (again && !hasKeys(shared.profiles.get(source) ?? {})) throw circle([...visited, at, source]);
    visited.push(at);
    at = source;
  }
}

function hasKeys({ aws_access_key_id: key, aws_secret_access_key: secret }: Section): boolean {
  return key !== undefined && secret !== undefined;
}

function roleIn(section: Section): RoleSettings | undefined {
  const { role_arn: roleArn, external_id: externalId, role_session_name: sessionName, duration_seconds } = section;
  if (roleArn === undefined) return undefined;
  const durationSeconds = duration_seconds === undefined ? undefined : Number.parseInt(duration_seconds, 10);
  return { roleArn, externalId, sessionName, durationSeconds };
}

const SOURCES = ["source_profile", "credential_source", "web_identity_token_file"] as const;
const METADATA = ["Environment", "Ec2InstanceMetadata", "EcsContainer"];

/** Whether the profile names where its credentials come from. */
export function namesSource(section: Section): boolean {
  return ["aws_access_key_id", "credential_process", "sso_session", "sso_start_url", "login_session", ...SOURCES].some(
    (member) => section[member] !== undefined,
  );
}

/** The profile from which this one takes its credentials. Throws `CredentialsFault` for what is wrong in the section itself. */
function sourceOf(name: string, section: Section, shared: SharedFiles, env: Env): string | undefined {
  const profile = `profile ${shown(name)}`;
  const { aws_access_key_id: key, aws_secret_access_key: secret, source_profile: source } = section;
  if ((key === undefined) !== (secret === undefined)) {
    const [has, lacks] =
      secret === undefined
        ? ["aws_access_key_id", "aws_secret_access_key"]
        : ["aws_secret_access_key", "aws_access_key_id"];
    throw new CredentialsFault(
      `${profile} has ${has}, and no ${lacks}`,
      `Add ${lacks} to the profile: both are needed.`,
    );
  }
  if (section.role_arn !== undefined) {
    checkRole(profile, section, env);
    if (section.mfa_serial !== undefined && (source ?? section.credential_source) !== undefined) throw mfa(name);
    return source;
  }
  checkCredentialSource(profile, section, env);
  if (key === undefined && section.credential_process === undefined) checkSso(name, section, shared);
  return undefined;
}

function checkRole(profile: string, section: Section, env: Env): void {
  const named = SOURCES.filter((member) => section[member] !== undefined);
  const { web_identity_token_file: file } = section;
  if (named.length === 0 && !namesSource(section)) {
    throw new CredentialsFault(
      `${profile} has a role_arn, and nothing says with whose credentials the role is assumed`,
      "Add source_profile (or credential_source) to the profile.",
    );
  }
  if (section.source_profile !== undefined && section.credential_source !== undefined) {
    throw new CredentialsFault(`${profile} has source_profile and credential_source`, "Remove one of the two.");
  }
  checkCredentialSource(profile, section, env);
  if (file !== undefined && section.source_profile === undefined) checkTokenFile(file, profile);
}

function checkCredentialSource(profile: string, { credential_source: source }: Section, env: Env): void {
  if (source !== undefined && !METADATA.includes(source)) {
    throw new CredentialsFault(
      `${profile} has the credential_source ${quoted(source)}, which does not exist`,
      `It is one of ${METADATA.join(", ")}.`,
    );
  }
  if (source === "Environment" && !(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY)) {
    throw new CredentialsFault(
      `${profile} takes its keys from the environment (credential_source), which has none`,
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a source_profile.",
    );
  }
}

/** Throws `CredentialsFault` where the file cannot be read. `source` names the profile or the setting that names the file. */
export function checkTokenFile(file: string, source: string): void {
  const text = readText(file);
  if (typeof text === "string" && text.trim() !== "") return;
  const why = typeof text === "string" ? "is empty" : text.state === "missing" ? "is not there" : "could not be read";
  throw new CredentialsFault(
    `the web identity token file ${quoted(file, 200)} of ${source} ${why}`,
    "What runs this (CI, a Kubernetes service account) has to write the token there: check its setting and the path.",
  );
}

const SSO_MEMBERS = ["sso_account_id", "sso_role_name"] as const;

function checkSso(name: string, section: Section, shared: SharedFiles): void {
  const { sso_session: session } = section;
  if (session === undefined && section.sso_start_url === undefined) return;
  const settled = session === undefined ? section : shared.ssoSessions.get(session);
  const profile = `profile ${shown(name)}`;
  if (session !== undefined && settled === undefined) {
    const near = nearest(session, [...shared.ssoSessions.keys()]);
    throw new CredentialsFault(
      `${profile} names the sso-session ${quoted(session)}, which the config file does not have`,
      `${near === undefined ? "" : `Did you mean ${quoted(near)}? `}Write the section [sso-session ${clip(session)}] with sso_start_url and sso_region, or run: aws configure sso`,
    );
  }
  const lacking = [
    ...SSO_MEMBERS.filter((member) => section[member] === undefined),
    ...["sso_start_url", "sso_region"].filter((member) => settled?.[member] === undefined),
  ];
  if (lacking.length === 0) return;
  throw new CredentialsFault(
    `${profile} is for SSO, and lacks ${lacking.join(", ")}`,
    `Add what is lacking, or run: aws configure sso${option(name)}`,
  );
}

function mfa(name: string): CredentialsFault {
  return new CredentialsFault(
    `the role of profile ${shown(name)} wants a code of an MFA device (mfa_serial), and no code can be asked for here`,
    `Open a session first, and run without the profile: eval "$(aws configure export-credentials --format env${option(name)})"`,
  );
}

/** For a command; nothing where the name would need quotes. */
export function option(name: string): string {
  return /^[\w.@+-]+$/.test(name) ? ` --profile ${name}` : "";
}

function circle(names: readonly string[]): CredentialsFault {
  return new CredentialsFault(
    `the profiles refer to one another in a circle by source_profile: ${names.map((name) => clip(name)).join(" -> ")}`,
    "One of them has to hold keys, credential_process, sso_session or credential_source.",
  );
}

function noProfile(name: string, shared: SharedFiles): CredentialsFault {
  return lacking(`there is no profile ${shown(name)}`, name, shared);
}

function noSource(from: string, name: string, shared: SharedFiles): CredentialsFault {
  return lacking(
    `profile ${shown(from)} takes its credentials from ${quoted(name)} (source_profile), and there is no such profile`,
    name,
    shared,
  );
}

function lacking(what: string, name: string, shared: SharedFiles): CredentialsFault {
  const unreadable = shared.files.filter(({ state }) => state === "unreadable");
  // What could not be read may hold it.
  if (unreadable.length > 0)
    return unreadableFiles(
      unreadable.map(({ path }) => path),
      `profile ${shown(name)}`,
    );
  const near = nearest(name, [...shared.profiles.keys()]);
  const passedOver = shared.passedOver.get(name);
  const hint =
    passedOver !== undefined
      ? `The section [${clip(passedOver.section)}] is ignored by the AWS SDK: ${passedOver.readable ? `write [profile ${clip(name)}] in the config file, or [${clip(name)}] in the credentials file.` : "give it a name without blanks and other letters than A to Z."}`
      : near === undefined
        ? "Correct the name, or write the profile into one of the files (aws configure)."
        : `Did you mean ${quoted(near)}?`;
  return new CredentialsFault(`${what} in ${filesRead(shared)}; there ${profilesIn(shared)}`, hint);
}

export function unreadableFiles(paths: readonly string[], wanted: string): CredentialsFault {
  const named = paths.map((path) => quoted(path, 200)).join(" and ");
  return new CredentialsFault(
    `${named}, where ${wanted} is looked for, could not be read`,
    "Check that it is a file, and that the user who runs this may read it.",
  );
}

/** The files that were looked at, with those that do not exist. */
export function filesRead(shared: SharedFiles): string {
  return shared.files
    .map(({ path, state }) => `${quoted(path, 200)}${state === "missing" ? " (not there)" : ""}`)
    .join(" or ");
}

const SHOWN_PROFILES = 12;

function profilesIn({ profiles }: SharedFiles): string {
  const names = [...profiles.keys()];
  if (names.length === 0) return "are none at all";
  const listed = names.slice(0, SHOWN_PROFILES).map((name) => quoted(name));
  const more = names.length > SHOWN_PROFILES ? ` and ${names.length - SHOWN_PROFILES} more` : "";
  return `${names.length === 1 ? "is" : "are"} ${listed.join(", ")}${more}`;
}
