import { type ComplexSpec, type PackageSpec, type PropertySpec, referred, type TypeSpec } from "./types";

/** Texts and numbers that the checks take, by the name of the property; of a type where its own differs. */
const SAMPLES: Readonly<Record<string, readonly (string | number)[]>> = {
  domain: ["ses-example.com"],
  address: ["news@ses-example.com"],
  timeout: ["45m"],
  ttl: [300],
  wait: ["ready", "verified"],
  dkim: ["keep"],
  mailFrom: ["bounce"],
  dmarc: ["check"],
  configurationSet: ["set-1"],
  resendTrigger: ["2"],
  ifAbsent: ["v=DMARC1; p=none"],
  resolvers: ["192.0.2.53"],
  port: [5353],
  name: ["one"],
  region: ["eu-west-1"],
  profile: ["team"],
  roleArn: ["arn:aws:iam::111122223333:role/ses"],
  externalId: ["id-1"],
  accountId: ["111122223333"],
  credentials: ["set"],
  label: ["bounce"],
  "MailFrom#domain": ["bounce.ses-example.com"],
  mx: ["feedback.example.net"],
  "Route53Host#zoneId": ["Z0123456789ABCDEFGHIJ"],
  "CloudflareHost#zoneId": ["0123456789abcdef0123456789abcdef"],
  server: ["127.0.0.1"],
  "Rfc2136Host#zone": ["ses-example.com"],
  "GoogleDnsHost#zone": ["zone-1"],
  project: ["project-1"],
  url: ["http://127.0.0.1:8081"],
  serverId: ["localhost"],
  token: ["dG9rZW4gb2YgYW4gaWRlbnRpdHkgb2YgYSBkb21haW4="],
  identityArn: ["arn:aws:ses:eu-west-1:111122223333:identity/ses-example.com"],
  "Record#name": ["_amazonses.ses-example.com"],
  values: ["dG9rZW4gb2YgYW4gaWRlbnRpdHkgb2YgYSBkb21haW4="],
  identity: ["one"],
  method: ["AWS_SES"],
  tokens: ["abc"],
  zone: ["dkim.amazonses.com"],
  keyLength: [2048],
  "IdentityMailFrom#domain": ["bounce.ses-example.com"],
};

/** The schema has no type of `false` alone. */
const NEVER_TRUE: ReadonlySet<string> = new Set(["mailFrom", "dmarc"]);

/** Properties that another one has to go with. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = { externalId: ["roleArn"] };

type Bag = Readonly<Record<string, unknown>>;

/** One object with one of its optional properties. `path`: `identities[0].dkim.signing`. */
export interface Variant {
  readonly path: string;
  readonly value: Bag;
}

export interface ObjectShape {
  readonly name: string;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required: readonly string[];
}

/** The object with what it has to hold. */
export function leastOf(spec: PackageSpec, shape: ObjectShape): Bag {
  return Object.fromEntries(shape.required.map((name) => [name, first(spec, shape, name)]));
}

/** The least object, with each value that each property may have, at any depth. */
export function variantsOf(spec: PackageSpec, shape: ObjectShape): readonly Variant[] {
  const least = leastOf(spec, shape);
  return Object.keys(shape.properties).flatMap((name) => {
    const more = Object.fromEntries((COMPANIONS[name] ?? []).map((other) => [other, first(spec, shape, other)]));
    return valuesOf(spec, shape, name).map(({ path, value }) => ({
      path: `${name}${path}`,
      value: { ...least, ...more, [name]: value },
    }));
  });
}

function first(spec: PackageSpec, shape: ObjectShape, name: string): unknown {
  const [value] = valuesOf(spec, shape, name);
  if (value === undefined) throw new Error(`${shape.name}.${name} has no sample in test/support/schema/values.ts`);
  return value.value;
}

interface Value {
  readonly path: string;
  readonly value: unknown;
}

function valuesOf(spec: PackageSpec, { name: owner, properties }: ObjectShape, name: string): readonly Value[] {
  const property = properties[name];
  if (property === undefined) throw new Error(`${owner} has no ${name}`);
  if (property.const !== undefined) return [{ path: "", value: property.const }];
  return ofType(spec, property, owner, name);
}

function ofType(spec: PackageSpec, type: TypeSpec, owner: string, name: string): readonly Value[] {
  if (type.oneOf !== undefined) return type.oneOf.flatMap((one) => ofType(spec, one, owner, name));
  const complex = referred(spec, type);
  if (complex?.enum !== undefined) return complex.enum.map(({ value }) => ({ path: "", value }));
  if (complex !== undefined) {
    const shape = shapeOf(type, complex);
    return [
      { path: "", value: leastOf(spec, shape) },
      ...variantsOf(spec, shape).map(({ path, value }) => ({ path: `.${path}`, value })),
    ];
  }
  switch (type.type) {
    case "boolean":
      return [false, ...(NEVER_TRUE.has(name) ? [] : [true])].map((value) => ({ path: "", value }));
    case "array":
      return ofType(spec, type.items ?? {}, owner, name).map(({ path, value }) => ({
        path: `[0]${path}`,
        value: [value],
      }));
    default:
      return samplesOf(owner, name).map((value) => ({ path: "", value }));
  }
}

export function shapeOf({ $ref }: TypeSpec, { properties = {}, required = [] }: ComplexSpec): ObjectShape {
  return { name: $ref?.split(":").at(-1) ?? "", properties, required };
}

function samplesOf(owner: string, name: string): readonly (string | number)[] {
  const samples = SAMPLES[`${owner}#${name}`] ?? SAMPLES[name];
  if (samples === undefined) throw new Error(`${owner}.${name} has no sample in test/support/schema/values.ts`);
  return samples;
}
