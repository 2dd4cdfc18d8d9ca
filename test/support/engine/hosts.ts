import { txt } from "../../../emulator/text";
import { child, type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { quoteText, unquoteText } from "../../../provider/dns/txt";
import type { VerifiedDomainArgs } from "../../../provider/resources/args";
import { dig, KEY, nsupdate, secretOf } from "../rfc2136/host";
import { startBind } from "../servers/bind";
import { startKnot } from "../servers/knot";
import { type RealServerOptions, zoneText } from "../servers/nameserver";
import { API_KEY, startPowerdns } from "../servers/powerdns";
import type { Config } from "./stack";
import type { EngineWorld } from "./world";

/** Whose credentials reach a host. */
interface Access {
  readonly config?: Config;
  readonly env?: Readonly<Record<string, string>>;
}

/** A DNS host with one zone, for a program that the real engine runs. */
export interface EngineHost {
  readonly domain: Fqdn;
  readonly dns: VerifiedDomainArgs["dns"];
  readonly access: Access;
  /** The same with a secret that is wrong. */
  readonly wrong: Access;
  /** Every secret of both. */
  readonly secrets: readonly string[];
  /** The TXT values at `_amazonses`, one list a place where they are kept, each seen by another way than the back end. */
  values(): Promise<readonly (readonly string[])[]>;
  /** Makes these the values, at the last of those places. */
  put(values: readonly string[]): Promise<void>;
  /** From now on one of several servers serves what it has now, until it is let go. */
  readonly holdBack?: () => { readonly server: string; release(): void };
  close(): Promise<void>;
}

/** What others have published at `_amazonses` before. */
export const FOREIGN = 'another team\'s "value"';
/** The owner of the zone at Route 53, where SES is in the first account. */
export const DNS_ACCOUNT = "222222222222";
const TTL = 1_800;
const HERE = "127.0.0.1";

/** A zone of the emulator's store. */
async function openStored(world: EngineWorld, domain: Fqdn, account?: string) {
  const { zones, addZone } = world.emulator;
  const name = child("_amazonses", domain);
  const { id } = await addZone({ name: domain, ...(account && { account }) });
  const put = async (values: readonly string[]) =>
    zones.change(id, [
      { action: "put", set: { name, type: "TXT", ttl: TTL, values: values.map((each) => txt(each)) } },
    ]);
  const values = async () => {
    const set = zones.view(id).find({ name, type: "TXT" });
    return set?.values.map((value) => unquoteText(value, "octal")) ?? [];
  };
  await put([FOREIGN]);
  return { id, put, values: async () => [await values()], close: async () => undefined };
}

/** A zone that the emulator's registry delegates to a real server, which listens where the emulator's port is. */
async function openDelegated<S extends { stop(): Promise<void> }>(
  world: EngineWorld,
  domain: Fqdn,
  start: (options: RealServerOptions) => Promise<S>,
) {
  const { port } = world.emulator.dns;
  const name = child("_amazonses", domain);
  const server = `ns1.${domain}`;
  await world.emulator.addZone({ name: domain, servers: [], delegated: [{ name: server, addresses: [HERE] }] });
  const lines = [`ns1 A ${HERE}`, `_amazonses ${TTL} TXT ${quoteText(FOREIGN, "decimal")}`];
  const running = await start({
    addresses: [HERE],
    port,
    keys: [KEY],
    zones: [{ name: domain, update: [KEY.name], text: zoneText(domain, [server], lines) }],
  });
  return {
    server: running,
    port,
    values: async () => [(await dig(port, name)).values],
    put: (values: readonly string[]) => replace(port, domain, values),
    close: () => running.stop(),
  };
}

function replace(port: number, zone: Fqdn, values: readonly string[]): Promise<void> {
  const name = child("_amazonses", zone);
  return nsupdate(port, zone, [
    `update delete ${name}. TXT`,
    ...values.map((value) => `update add ${name}. ${TTL} TXT ${quoteText(value, "decimal")}`),
  ]);
}

/** In another account than SES, by a set of credentials with a name. */
export async function openRoute53Host(world: EngineWorld): Promise<EngineHost> {
  const domain = fqdn("at-route53-example.com");
  const { accessKeyId, secretAccessKey } = world.emulator.cloud.credentials(DNS_ACCOUNT);
  const wrongKey = "not-a-secret-key-but-a-wrong-one";
  const access = (secretKey: string): Access => ({
    config: { "sesdomain:credentials": { secret: JSON.stringify({ dns: { accessKey: accessKeyId, secretKey } }) } },
  });
  const { values, put, close } = await openStored(world, domain, DNS_ACCOUNT);
  return {
    domain,
    dns: { kind: "route53", credentials: "dns" },
    access: access(secretAccessKey),
    wrong: access(wrongKey),
    secrets: [secretAccessKey, wrongKey],
    values,
    put,
    close,
  };
}

/** By a token in secret stack config that reaches this zone alone; the environment's token is another one. */
export async function openCloudflareHost(world: EngineWorld): Promise<EngineHost> {
  const domain = fqdn("at-cloudflare-example.com");
  const { id, values, put, close } = await openStored(world, domain);
  const token = "not-a-token-of-this-zone-alone";
  const wrongToken = "not-a-token-but-a-wrong-one";
  const account = world.emulator.zones.get(id)?.account ?? "";
  world.emulator.cloudflare.tokens.add({ token, account, zones: [domain] });
  const access = (secret: string): Access => ({ config: { "cloudflare:apiToken": { secret } } });
  return {
    domain,
    dns: { kind: "cloudflare" },
    access: access(token),
    wrong: access(wrongToken),
    secrets: [token, wrongToken],
    values,
    put,
    close,
  };
}

const WRONG_TSIG = secretOf("this one is wrong");
const TSIG_SECRETS = [KEY.secret, WRONG_TSIG].flatMap((secret) => [secret, Buffer.from(secret, "base64").toString()]);

/** BIND, by a TSIG key in the environment. */
export async function openBindHost(world: EngineWorld): Promise<EngineHost> {
  const domain = fqdn("at-bind-example.com");
  const { port, values, put, close } = await openDelegated(world, domain, startBind);
  const access = (secret: string): Access => ({
    env: { RFC2136_TSIG_KEY: KEY.name, RFC2136_TSIG_ALGORITHM: KEY.algorithm, RFC2136_TSIG_SECRET: secret },
  });
  return {
    domain,
    dns: { kind: "rfc2136", server: `${HERE}:${port}` },
    access: access(KEY.secret),
    wrong: access(WRONG_TSIG),
    secrets: TSIG_SECRETS,
    values,
    put,
    close,
  };
}

/** By the API key of a set of credentials with a name. */
export async function openPowerdnsApiHost(world: EngineWorld): Promise<EngineHost> {
  const domain = fqdn("at-powerdns-example.com");
  const { server, values, put, close } = await openDelegated(world, domain, startPowerdns);
  const wrongKey = "not-an-api-key-but-a-wrong-one";
  const access = (apiKey: string): Access => ({
    config: { "sesdomain:credentials": { secret: JSON.stringify({ lab: { apiKey } }) } },
  });
  return {
    domain,
    dns: { kind: "powerdns", url: server.url, credentials: "lab" },
    access: access(API_KEY),
    wrong: access(wrongKey),
    secrets: [API_KEY, wrongKey],
    values,
    put,
    close,
  };
}

/** A zone that Route 53 and Knot serve together: the parent names both, and neither copies from the other. */
export async function openTwoHosts(world: EngineWorld): Promise<EngineHost> {
  const { addZone, zones, dns, faults } = world.emulator;
  const domain = fqdn("at-two-hosts-example.com");
  const name = child("_amazonses", domain);
  const stored = { name: "ns1.two-hosts-example.net", addresses: ["127.77.230.1"] };
  const real = { name: "ns2.two-hosts-example.net", addresses: [HERE] };
  const both = [stored, real];
  const { id } = await addZone({
    name: domain,
    servers: [stored],
    delegated: both,
    sets: [
      { name: domain, type: "NS", ttl: 300, values: both.map((server) => `${server.name}.`) },
      { name, type: "TXT", ttl: TTL, values: [txt(FOREIGN)] },
    ],
  });
  const lines = [`_amazonses ${TTL} TXT ${quoteText(FOREIGN, "decimal")}`];
  const names = both.map((server) => server.name);
  const knot = await startKnot({
    addresses: [HERE],
    port: dns.port,
    keys: [KEY],
    zones: [{ name: domain, update: [KEY.name], text: zoneText(domain, names, lines) }],
  });
  const access = (secret: string): Access => ({
    config: {
      "sesdomain:rfc2136TsigKey": KEY.name,
      "sesdomain:rfc2136TsigAlgorithm": KEY.algorithm,
      "sesdomain:rfc2136TsigSecret": { secret },
    },
  });
  return {
    domain,
    dns: [{ kind: "route53" }, { kind: "rfc2136", server: `${HERE}:${dns.port}` }],
    access: access(KEY.secret),
    wrong: access(WRONG_TSIG),
    secrets: TSIG_SECRETS,
    async values() {
      const set = zones.view(id).find({ name, type: "TXT" });
      return [set?.values.map((value) => unquoteText(value, "octal")) ?? [], (await dig(dns.port, name)).values];
    },
    put: (values) => replace(dns.port, domain, values),
    holdBack() {
      const fault = faults.dns(stored.name, { lagMs: "frozen" });
      return { server: stored.name, release: () => fault.off() };
    },
    close: () => knot.stop(),
  };
}
