import { type ExecException, exec } from "node:child_process";
import { CredentialsFault } from "./credentials-fault";
import type { Credentials } from "./session-types";

const LONGEST_OUTPUT = 1024 * 1024;

/**
 * Runs the `credential_process` of a profile, as the AWS SDK does, and tells how it ended: the SDK keeps only what the
 * process wrote, which may hold secrets. `source` names the profile. Throws `CredentialsFault`.
 */
export function readProcess(source: string, command: string, withinMs: number): Promise<Credentials> {
  return new Promise((resolve, reject) => {
    // SIGTERM may be ignored, and then the time would have no end.
    const options = { timeout: withinMs, killSignal: "SIGKILL", maxBuffer: LONGEST_OUTPUT, windowsHide: true } as const;
    try {
      exec(command, options, (error, stdout) => {
        try {
          if (error !== null) throw ended(source, error, withinMs);
          resolve(credentialsIn(source, stdout));
        } catch (fault) {
          reject(fault);
        }
      });
    } catch (error) {
      // Some failures to start are thrown at once: E2BIG, or a null character in the command.
      reject(ended(source, { code: startCode(error) }, withinMs));
    }
  });
}

const RUN_IT = "Run the command of credential_process yourself: it says more there.";
const START_IT = "Check that this machine has a shell and memory for one more process, and the length of the command.";
const FORMAT = "docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html says what it has to print.";

function startCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

/** How `exec` ended: `code` is the process's, or Node's or the system's, in letters, where there was none. */
type Ending = Pick<ExecException, "signal" | "killed"> & { readonly code?: number | string | undefined };

function ended(source: string, { code, signal, killed }: Ending, withinMs: number): CredentialsFault {
  const of = `the credential_process of ${source}`;
  if (killed && signal !== null && signal !== undefined && code !== 0 && typeof code !== "string") {
    return new CredentialsFault(`${of} did not end within ${withinMs / 1_000} s`, RUN_IT);
  }
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") {
    return new CredentialsFault(`${of} prints more than credentials (${code})`, FORMAT);
  }
  if (typeof code === "string") {
    return new CredentialsFault(`${of} could not be started (${code})`, START_IT);
  }
  if (code === 127) {
    return new CredentialsFault(`${of} was not found (exit code 127)`, "Install the program, or write its whole path.");
  }
  if (code === 126) {
    return new CredentialsFault(`${of} may not be run (exit code 126)`, "Check the file's permissions: chmod +x.");
  }
  if (code === undefined) return new CredentialsFault(`${of} was ended by ${signal ?? "a signal"}`, RUN_IT);
  return new CredentialsFault(`${of} ended with exit code ${code}`, RUN_IT);
}

function credentialsIn(source: string, output: string): Credentials {
  const of = `the credential_process of ${source}`;
  const given = objectIn(output);
  if (given === undefined) throw new CredentialsFault(`${of} printed no JSON object`, FORMAT);
  if (given.Version !== 1) throw new CredentialsFault(`${of} printed another "Version" than 1, or none`, FORMAT);
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given;
  if (!isText(accessKeyId) || !isText(secretAccessKey)) {
    throw new CredentialsFault(`${of} printed no AccessKeyId or no SecretAccessKey`, FORMAT);
  }
  const expiration = isText(given.Expiration) ? new Date(given.Expiration) : undefined;
  if (expiration !== undefined && Number.isNaN(expiration.getTime())) {
    throw new CredentialsFault(`${of} printed an Expiration that is no time`, FORMAT);
  }
  if (expiration !== undefined && expiration.getTime() < Date.now()) {
    const when = expiration.toISOString();
    throw new CredentialsFault(
      `${of} gave credentials that expired at ${when}`,
      `Log in again where that program takes them from, and check the clock of this machine: it says ${new Date().toISOString()}.`,
      "credentials-refused",
    );
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(isText(sessionToken) ? { sessionToken } : {}),
    ...(expiration === undefined ? {} : { expiration }),
    ...(isText(given.AccountId) ? { accountId: given.AccountId } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function objectIn(output: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(output.trim());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // The parser quotes what it read.
    return undefined;
  }
}
