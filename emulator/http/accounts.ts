import { createHash, randomBytes } from "node:crypto";
import { accessDenied, invalidClientToken } from "./errors";
import { decide, matches, type RequestContext, readPolicy } from "./policy";

export type Partition = "aws" | "aws-cn" | "aws-us-gov";

interface RoleOptions {
  readonly name: string;
  /** AssumeRole must bring it. */
  readonly externalId?: string;
  /** Accounts whose users may assume it. Default: all of the emulator's. */
  readonly trusts?: readonly string[];
}

export interface AccountOptions {
  /** Twelve digits. */
  readonly id: string;
  readonly partition?: Partition;
  /** Default: derived from the id. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly roles?: readonly RoleOptions[];
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Whose signature a request bears. */
export interface Principal {
  readonly accountId: string;
  readonly partition: Partition;
  readonly arn: string;
  readonly userId: string;
  readonly credentials: AwsCredentials;
}

interface Session extends Principal {
  readonly credentials: Required<AwsCredentials>;
  readonly roleId: string;
}

/**
 * Who may call. Permissions are IAM actions with wildcards (`ses:*`, `route53:List*`); without `permissions`, everything is
 * allowed, and a denial beats an allowance as in IAM.
 */
export interface Accounts {
  add(options: AccountOptions): void;
  /** The ids, in the order they were added. */
  list(): readonly string[];
  partition(accountId: string): Partition;
  /** The long-lived key of an account's user. Throws a RangeError for an unknown account. */
  credentials(accountId: string): AwsCredentials;
  find(accessKeyId: string): Principal | undefined;
  /** Throws `AwsError` AccessDenied where there is no such role, it does not trust the caller, or wants another external id. */
  assume(caller: Principal, roleArn: string, sessionName: string, externalId: string | undefined): Session;
  /** From now on these actions are refused to the account. */
  deny(accountId: string, ...actions: readonly string[]): void;
  /** From now on only these actions are allowed to the account; no arguments: all. */
  permitOnly(accountId: string, ...actions: readonly string[]): void;
  /**
   * From now on only what this IAM policy allows is allowed to the account: its actions, resources and conditions. Throws a
   * RangeError for what the emulator does not evaluate. `permitAll` takes it back.
   */
  attachPolicy(accountId: string, document: unknown): void;
  /** Takes back every `deny`, `permitOnly` and `attachPolicy` of the account. */
  permitAll(accountId: string): void;
  /** Throws `AwsError` AccessDenied. */
  authorize(caller: Principal, action: string, resource: string, context?: () => RequestContext): void;
  /** The same as an answer. */
  allows(caller: Principal, action: string, resource: string, context?: () => RequestContext): boolean;
}

interface Account {
  readonly options: AccountOptions;
  readonly partition: Partition;
  readonly user: Principal;
  denied: string[];
  permitted: string[] | undefined;
  policy: ReturnType<typeof readPolicy> | undefined;
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Upper-case letters and digits, the same for the same text: key ids and unique ids look like this. */
function idFrom(text: string, prefix: string, length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return prefix + Array.from(digest(text).subarray(0, length), (octet) => alphabet[octet % 32]).join("");
}

export function openAccounts(initial: readonly AccountOptions[]): Accounts {
  const accounts = new Map<string, Account>();
  const principals = new Map<string, Principal>();

  const accountOf = (id: string): Account => {
    const account = accounts.get(id);
    if (!account) throw new RangeError(`the emulator has no account ${id}`);
    return account;
  };

  const add = (options: AccountOptions) => {
    const partition = options.partition ?? "aws";
    const user: Principal = {
      accountId: options.id,
      partition,
      arn: `arn:${partition}:iam::${options.id}:user/emulator`,
      userId: idFrom(`user ${options.id}`, "AIDA", 17),
      credentials: {
        accessKeyId: options.accessKeyId ?? `EMULATED${options.id}`,
        secretAccessKey: options.secretAccessKey ?? `not-a-secret-${options.id}`,
      },
    };
    accounts.set(options.id, { options, partition, user, denied: [], permitted: undefined, policy: undefined });
    principals.set(user.credentials.accessKeyId, user);
  };
  for (const options of initial) add(options);

  const allows: Accounts["allows"] = (caller, action, resource, context = () => ({})) => {
    const account = accounts.get(caller.accountId);
    if (!account) throw invalidClientToken();
    const denied = account.denied.some((pattern) => matches(pattern, action, "i"));
    const permitted = account.permitted?.some((pattern) => matches(pattern, action, "i")) ?? true;
    const decision = account.policy === undefined ? "allowed" : decide(account.policy, action, resource, context());
    return !denied && permitted && decision === "allowed";
  };

  return {
    add,
    list: () => [...accounts.keys()],
    partition: (id) => accountOf(id).partition,
    credentials: (id) => accountOf(id).user.credentials,
    find: (accessKeyId) => principals.get(accessKeyId),
    assume(caller, roleArn, sessionName, externalId) {
      const refused = () => accessDenied(caller.arn, "sts:AssumeRole", roleArn);
      const [, partition, , , id = "", path = ""] = /^(arn):([^:]+):(iam)::([^:]*):role\/(.+)$/.exec(roleArn)
        ? roleArn.split(":")
        : [];
      const account = accounts.get(id);
      const name = path.slice(path.lastIndexOf("/") + 1);
      const role = account?.options.roles?.find((one) => one.name === name);
      if (!account || !role || account.partition !== partition || caller.partition !== partition) throw refused();
      if (role.trusts && !role.trusts.includes(caller.accountId)) throw refused();
      if (role.externalId !== undefined && role.externalId !== externalId) throw refused();
      const roleId = idFrom(`role ${roleArn}`, "AROA", 17);
      const session: Session = {
        accountId: id,
        partition: account.partition,
        arn: `arn:${account.partition}:sts::${id}:assumed-role/${name}/${sessionName}`,
        userId: `${roleId}:${sessionName}`,
        roleId,
        credentials: {
          accessKeyId: idFrom(randomBytes(16).toString("hex"), "ASIAEMULATED", 8),
          secretAccessKey: randomBytes(20).toString("hex"),
          sessionToken: randomBytes(96).toString("base64"),
        },
      };
      principals.set(session.credentials.accessKeyId, session);
      return session;
    },
    deny: (id, ...actions) => {
      accountOf(id).denied.push(...actions);
    },
    permitOnly: (id, ...actions) => {
      accountOf(id).permitted = actions.length === 0 ? undefined : [...actions];
    },
    attachPolicy: (id, document) => {
      accountOf(id).policy = readPolicy(document);
    },
    permitAll: (id) => {
      Object.assign(accountOf(id), { denied: [], permitted: undefined, policy: undefined });
    },
    authorize(caller, action, resource, context) {
      if (!allows(caller, action, resource, context)) throw accessDenied(caller.arn, action, resource);
    },
    allows,
  };
}
