import type { ResourceRecordSet, Route53Client, RRType } from "@aws-sdk/client-route-53";
import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";

/** Resources that call AWS as those of the AWS provider do, so that programs can hold them next to ours. */

interface TxtSet {
  readonly zoneId: string;
  /** Default: TXT, whose values are without quotes here. */
  readonly type?: RRType;
  readonly name: string;
  readonly ttl: number;
  readonly values: readonly string[];
}

/** Owns a whole TXT record set, as the record resources of other providers do: writes all of it, deletes all of it. */
export class TxtRecord extends dynamic.Resource {
  constructor(
    name: string,
    props: { readonly [K in keyof TxtSet]: Input<Exclude<TxtSet[K], undefined>> },
    options: CustomResourceOptions = {},
  ) {
    super(txtRecord, name, props, options);
  }
}

const txtRecord: dynamic.ResourceProvider<TxtSet, TxtSet> = {
  async create(set) {
    await change("UPSERT", set);
    return { id: set.name, outs: set };
  },
  async diff(_id, olds, news) {
    return { changes: olds.ttl !== news.ttl || JSON.stringify(olds.values) !== JSON.stringify(news.values) };
  },
  async update(_id, _olds, news) {
    await change("UPSERT", news);
    return { outs: news };
  },
  async read(id, props) {
    const set = props && (await find(props));
    if (!props || !set) return {};
    const values = (set.ResourceRecords ?? []).map(({ Value }) => (Value ?? "").replace(/^"|"$/g, ""));
    return { id, props: { ...props, ttl: set.TTL ?? props.ttl, values } };
  },
  async delete(_id, set) {
    await change("DELETE", set);
  },
};

/** Asks SES, and on delete has it forget the identity: as `aws.ses.DomainIdentity` does. */
export class AwsDomainIdentity extends dynamic.Resource {
  declare readonly verificationToken: Output<string>;

  constructor(
    name: string,
    props: { readonly domain: string; readonly region: string },
    options: CustomResourceOptions = {},
  ) {
    super(domainIdentity, name, { verificationToken: undefined, ...props }, options);
  }
}

interface DomainIdentityProps {
  readonly domain: string;
  readonly region: string;
}

const domainIdentity: dynamic.ResourceProvider<DomainIdentityProps, DomainIdentityProps> = {
  async create(props) {
    const { SESClient, VerifyDomainIdentityCommand } =
      load<typeof import("@aws-sdk/client-ses")>("@aws-sdk/client-ses");
    const client = new SESClient({ region: props.region, maxAttempts: 30 });
    const { VerificationToken } = await client.send(new VerifyDomainIdentityCommand({ Domain: props.domain }));
    return { id: props.domain, outs: { ...props, verificationToken: VerificationToken } };
  },
  async delete(_id, { domain, region }) {
    const { SESClient, DeleteIdentityCommand } = load<typeof import("@aws-sdk/client-ses")>("@aws-sdk/client-ses");
    await new SESClient({ region, maxAttempts: 30 }).send(new DeleteIdentityCommand({ Identity: domain }));
  },
};

/** The provider's process runs this, in a folder of its own inside the tree. */
function load<T>(name: string): T {
  return require("node:module").createRequire(`${process.cwd()}/`)(name);
}

function sdk(): typeof import("@aws-sdk/client-route-53") {
  return load("@aws-sdk/client-route-53");
}

function client(): Route53Client {
  return new (sdk().Route53Client)({ region: "us-east-1", maxAttempts: 30 });
}

async function change(Action: "UPSERT" | "DELETE", { zoneId, name, type = "TXT", ttl, values }: TxtSet): Promise<void> {
  const ResourceRecords = values.map((value) => ({ Value: type === "TXT" ? JSON.stringify(value) : value }));
  const ResourceRecordSet = { Name: name, Type: type, TTL: ttl, ResourceRecords };
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
  await client().send(new (sdk().ChangeResourceRecordSetsCommand)({ HostedZoneId: zoneId, ChangeBatch }));
}

async function find({ zoneId, name, type = "TXT" }: TxtSet): Promise<ResourceRecordSet | undefined> {
  const question = { HostedZoneId: zoneId, StartRecordName: name, StartRecordType: type, MaxItems: 1 };
  const { ResourceRecordSets = [] } = await client().send(new (sdk().ListResourceRecordSetsCommand)(question));
  return ResourceRecordSets.find((set) => set.Type === type && set.Name === `${name}.`);
}
