import type { Accounts } from "./accounts";
import { AwsError } from "./errors";
import { type HttpRequest, parseTarget } from "./message";
import { parametersOf, type QueryAction, queryOperation } from "./query";
import type { AwsService, Call } from "./service";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION = "2011-06-15";
const DEFAULT_DURATION_SECONDS = 3600;

/** What takes a token of another issuer in place of a signature. */
const UNSIGNED = ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"];

function isUnsigned(request: HttpRequest): boolean {
  return request.path === "/" && UNSIGNED.includes(parametersOf(request).action);
}

/** A session policy or a source identity that is not read would go without effect: throws `AwsError` ValidationError. */
function refuseOthers({ request }: Call, known: readonly string[]): void {
  const sent = request.method === "GET" ? request.query : parseTarget(`?${request.body.toString("utf8")}`).query;
  const other = sent.find(([name]) => !["Action", "Version", ...known].includes(name));
  if (other !== undefined)
    throw new AwsError("ValidationError", `The emulator's STS does not read the parameter ${other[0]}`);
}

/** API_AssumeRole, DurationSeconds: from 15 minutes to 12 hours. Throws `AwsError` ValidationError. */
function durationOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_DURATION_SECONDS;
  const seconds = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= 900 && seconds <= 43_200) return seconds;
  const bound = seconds < 900 ? "greater than or equal to 900" : "less than or equal to 43200";
  throw new AwsError(
    "ValidationError",
    `1 validation error detected: Value '${text}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

/** AWS STS (API version 2011-06-15): GetCallerIdentity and AssumeRole. */
export function openSts(accounts: Accounts): AwsService {
  const actions: Readonly<Record<string, QueryAction>> = {
    GetCallerIdentity: {
      run(_, call) {
        refuseOthers(call, []);
        const { caller } = call;
        return { Arn: caller.arn, UserId: caller.userId, Account: caller.accountId };
      },
    },
    AssumeRole: {
      permission: "sts:AssumeRole",
      resource: (parameters) => parameters.get("RoleArn") ?? "*",
      run(parameters, call) {
        refuseOthers(call, ["RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId"]);
        const { caller } = call;
        const roleArn = parameters.need("RoleArn");
        const sessionName = parameters.need("RoleSessionName");
        if (!/^arn:[\w-]+:iam::\d{12}:role\/.+/.test(roleArn))
          throw new AwsError("ValidationError", `${roleArn} is invalid`);
        if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
          throw new AwsError(
            "ValidationError",
            `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
          );
        const seconds = durationOf(parameters.get("DurationSeconds"));
        const session = accounts.assume(caller, roleArn, sessionName, parameters.get("ExternalId"));
        return {
          Credentials: {
            AccessKeyId: session.credentials.accessKeyId,
            SecretAccessKey: session.credentials.secretAccessKey,
            SessionToken: session.credentials.sessionToken,
            // The asker holds this against its own clock, which is not the emulator's.
            Expiration: new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z"),
          },
          AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
          PackedPolicySize: 0,
        };
      },
    },
  };
  return {
    name: "sts",
    dialect: { kind: "xml", namespace: NAMESPACE },
    accepts: (request, signedFor) => signedFor === "sts" || (signedFor === undefined && isUnsigned(request)),
    screen(request) {
      if (isUnsigned(request))
        throw new AwsError("InvalidAction", `The emulator's STS has no ${parametersOf(request).action}`);
    },
    limit: () => undefined,
    operation: (call) => queryOperation(actions, NAMESPACE, VERSION, call),
  };
}
