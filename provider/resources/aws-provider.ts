import * as pulumi from "@pulumi/pulumi";
import type { IdentityArgs } from "./args";

/** An `aws.Provider` of `@pulumi/aws`, as far as it is read here: by shape, so that the package is no dependency. */
export interface AwsProvider {
  /** The provider's URN, which messages name. */
  readonly urn: pulumi.Output<string>;
  /** The region that AWS is asked in. */
  readonly region: pulumi.Output<string | undefined>;
  /** A profile of the shared AWS configuration files. */
  readonly profile: pulumi.Output<string | undefined>;
}

/** Where what says as whom or where AWS is asked goes instead, when it stands in a provider and cannot be taken over. */
const NOT_TAKEN = {
  assumeRoleWithWebIdentity: "put it into the stack config aws:assumeRoleWithWebIdentity",
  sharedConfigFiles: "put it into the stack config aws:sharedConfigFiles, or set AWS_CONFIG_FILE",
  sharedCredentialsFiles: "put it into the stack config aws:sharedCredentialsFiles, or set AWS_SHARED_CREDENTIALS_FILE",
  endpoints: "put them into the stack config aws:endpoints, or set AWS_ENDPOINT_URL_SES and AWS_ENDPOINT_URL_SESV2",
} as const;

const KEYS = ["accessKey", "secretKey", "token"] as const;

/** Of a role: what narrows or marks a session, and must not be dropped silently. The rest (its name, its length) is. */
const NOT_TAKEN_OF_ROLE = ["policy", "policyArns", "sourceIdentity", "tags", "transitiveTagKeys"] as const;

/**
 * An identity in the region of an `aws.Provider`, asked for by the provider's profile or role; `more` adds to it and goes
 * first. Of the provider are taken: `region`, `profile`, one assumed role with its external id, and `allowedAccountIds`
 * where it names one account. What the provider leaves out is the stack's, as without it.
 *
 * Keys in the provider are refused, since they would get into the state: name a set of `sesdomain:credentials` with
 * `more.credentials`. So are several roles, and whatever else says as whom AWS is asked. The error is a `RunError`.
 */
export function awsIdentity(provider: AwsProvider, more: IdentityArgs = {}): IdentityArgs {
  const taken = readProvider(provider, more.credentials !== undefined);
  const own = TAKEN.filter((name) => more[name] === undefined).map((name, index) => {
    const value = taken.then((identity) => identity[name]);
    // One of them carries the error: a program that fails says so once.
    return [name, outputOf(provider, index === 0 ? value : value.catch(() => undefined))] as const;
  });
  return { ...more, ...Object.fromEntries(own) };
}

const TAKEN = ["region", "profile", "roleArn", "externalId", "accountId"] as const;
type Maybe = pulumi.Output<string> | string | undefined;
type TakenProperties = Readonly<Record<(typeof TAKEN)[number], Maybe>>;

/** What a provider's property holds: text (lists and objects as JSON), nothing, or the mark of what is not known yet. */
interface ReadProperty {
  readonly value: unknown;
  readonly secret: boolean;
}

async function readProvider(provider: AwsProvider, named: boolean): Promise<TakenProperties> {
  const properties = provider as unknown as Readonly<Record<string, unknown>>;
  const read = (name: string) => settle(properties[name]);
  if (!named) {
    for (const name of KEYS) {
      if (!isSet(await read(name))) continue;
      throw refusal(
        `it holds ${name}, and as an input of another resource a key would be in the state. Put the keys into sesdomain:credentials and name the set: awsIdentity(provider, { credentials: "NAME" })`,
      );
    }
    for (const [name, instead] of Object.entries(NOT_TAKEN)) {
      if (name !== "endpoints" && isSet(await read(name))) throw refusal(`it holds ${name}: ${instead}`);
    }
  }
  const endpoints = await read("endpoints");
  if (isSet(endpoints) && endpoints.value !== "[]") throw refusal(`it holds endpoints: ${NOT_TAKEN.endpoints}`);

  const [region, profile, accounts, role] = await Promise.all([
    read("region"),
    read("profile"),
    read("allowedAccountIds"),
    readRole(await read("assumeRoles"), await read("assumeRole")),
  ]);
  const ids = parse(accounts);
  const [account, ...others] = Array.isArray(ids) ? ids : [];
  return {
    region: maybe(region),
    // A named set stands by itself: a profile given with it would say nothing.
    profile: named ? undefined : maybe(profile),
    ...role,
    accountId: others.length === 0 ? maybe({ ...accounts, value: account }) : undefined,
  };
}

/** `assumeRoles` is a list (version 7), `assumeRole` one (version 6); both are JSON by the time they are properties. */
function readRole(several: ReadProperty, one: ReadProperty): Pick<TakenProperties, "roleArn" | "externalId"> {
  const unknown = [several, one].find(({ value }) => pulumi.isUnknown(value));
  if (unknown !== undefined) return { roleArn: maybe(unknown), externalId: maybe(unknown) };
  const list = parse(several) ?? [];
  const roles: unknown[] = [...(Array.isArray(list) ? list : [list]), parse(one) ?? []].flat();
  if (roles.length > 1) {
    throw refusal(
      `it assumes ${roles.length} roles one after another. Take a profile that assumes them (role_arn and source_profile), or a set in sesdomain:credentials`,
    );
  }
  const role = (roles[0] ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of NOT_TAKEN_OF_ROLE) {
    if (role[name] === undefined || role[name] === null) continue;
    throw refusal(`its role is assumed with ${name}. Take a profile or the stack config aws:assumeRoles`);
  }
  const { secret } = isSet(several) ? several : one;
  return { roleArn: maybe({ value: role.roleArn, secret }), externalId: maybe({ value: role.externalId, secret }) };
}

/**
 * On a preview, Pulumi marks a property that a resource does not have as unknown, as if it were to come. Its value tells
 * the two apart: what is to come has a mark of its own, what is not there has none.
 */
async function settle(property: unknown): Promise<ReadProperty> {
  if (!pulumi.Output.isInstance(property)) return { value: property, secret: false };
  const output = property as unknown as { promise(withUnknowns: boolean): Promise<unknown> };
  const [value, secret] = await Promise.all([output.promise(true), pulumi.isSecret(property)]);
  return { value, secret };
}

function isSet({ value }: ReadProperty): boolean {
  return value !== undefined && value !== null && value !== "";
}

function maybe({ value, secret }: ReadProperty): Maybe {
  if (!isSet({ value, secret })) return undefined;
  return secret ? pulumi.secret(value as string) : (value as string);
}

function parse({ value }: ReadProperty): unknown {
  return typeof value === "string" && value !== "" ? JSON.parse(value) : undefined;
}

/** Depends on the provider: what it needs, such as a role of the same program, has to outlive the identity. */
function outputOf(provider: AwsProvider, value: Promise<Maybe>): pulumi.Output<string | undefined> {
  return pulumi.all([provider.urn, pulumi.output(value)]).apply(([, known]) => known);
}

function refusal(reason: string): pulumi.RunError {
  return new pulumi.RunError(`awsIdentity cannot take this aws.Provider: ${reason}.`);
}
