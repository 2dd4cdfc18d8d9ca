import assert from "node:assert/strict";
import { type EmulatorOptions, txt } from "../../../emulator";
import { keyOf, type RecordSet } from "../../../emulator/records";
import { child, type Fqdn } from "../../../provider/core/fqdn";
import type { VerifiedDomainArgs } from "../../../provider/resources/args";
import { isPlugin } from "./door";
import { US } from "./ownership";
import type { EngineRun, EngineStack } from "./stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, openEngineWorld, succeeded } from "./world";

export type SendingHost = "route53" | "cloudflare";

export const BOUNCE = child("bounce", DOMAIN);
export const DMARC = child("_dmarc", DOMAIN);

/** A domain that is to send, in a zone at one of two hosts. */
export interface SendingWorld {
  readonly world: EngineWorld;
  /** Opens a stack whose program declares the domain at the host. */
  open(args?: Partial<VerifiedDomainArgs>): Promise<EngineStack>;
  /** The program of `open`, with other arguments. */
  program(args?: Partial<VerifiedDomainArgs>): () => Promise<Record<string, unknown>>;
  /** The whole zone but its SOA, a line a set, sorted. */
  dump(): readonly string[];
  /** Values, sorted; names without a final dot, which hosts keep or leave out. */
  at(name: Fqdn, type: string): readonly string[] | undefined;
  put(name: Fqdn, type: string, values: readonly string[]): void;
  remove(name: Fqdn, type: string): void;
  /** The set as others write it. */
  place(set: RecordSet): void;
  clear(set: RecordSet): void;
  /** Names of the CNAME records of Easy DKIM. */
  dkimNames(region?: string): readonly Fqdn[];
  /** SES's status on DKIM and MAIL FROM. */
  ses(region?: string): { readonly dkim: string; readonly signs: boolean; readonly mailFrom: string | undefined };
  /** Switches Cloudflare's proxy on for a CNAME record, as its panel does. */
  proxy(name: Fqdn): Promise<void>;
  close(): Promise<void>;
}

/** What other teams have in the zone, at names near ours. None of it may change. */
const OTHERS: readonly RecordSet[] = [
  { name: child("_domainkey", DOMAIN), type: "TXT", ttl: 900, values: [txt("o=~")] },
  { name: child("news._domainkey", DOMAIN), type: "CNAME", ttl: 3600, values: ["news.keys.example.net."] },
  { name: child("_dmarc.news", DOMAIN), type: "TXT", ttl: 3600, values: [txt("v=DMARC1; p=quarantine")] },
  { name: DOMAIN, type: "MX", ttl: 3600, values: ["10 mx.example.net."] },
];

export async function openSendingWorld(
  host: SendingHost,
  { sets = [], ...options }: EmulatorOptions & { readonly sets?: readonly RecordSet[] } = {},
): Promise<SendingWorld> {
  const world = await openEngineWorld(options);
  const { emulator, zoneId } = world;
  const view = () => emulator.zones.view(zoneId);
  emulator.zones.change(
    zoneId,
    [...OTHERS, ...sets].map((set) => ({ action: "put", set })),
  );
  const program =
    (args: Partial<VerifiedDomainArgs> = {}) =>
    async () => {
      const dns = host === "route53" ? ({ kind: "route53" } as const) : ({ kind: "cloudflare" } as const);
      const mail = declare("mail", { regions: [US], dns, ...args });
      return { ready: mail.readyToSend, arns: mail.identityArns, sending: mail.sendingArns, records: mail.records };
    };
  return {
    world,
    program,
    open: (args) => world.open({ program: program(args) }),
    dump: () =>
      view()
        .all()
        .filter(({ type }) => type !== "SOA")
        .map(({ name, type, ttl, values }) => `${name} ${ttl} ${type} ${[...values].sort().join(" | ")}`)
        .sort(),
    at: (name, type) =>
      view()
        .find({ name, type })
        ?.values.map((value) => value.replace(/\.$/, ""))
        .sort(),
    put: (name, type, values) =>
      emulator.zones.change(zoneId, [
        { action: "put", set: { name, type, ttl: view().find({ name, type })?.ttl ?? 300, values } },
      ]),
    remove: (name, type) => emulator.zones.change(zoneId, [{ action: "delete", key: { name, type } }]),
    place: (set) => emulator.zones.change(zoneId, [{ action: "put", set }]),
    clear: (set) => emulator.zones.change(zoneId, [{ action: "delete", key: keyOf(set) }]),
    dkimNames: (region = US) =>
      emulator.cloud.ses
        .dkim({ accountId: ACCOUNT, region }, DOMAIN)
        .tokens.map((token) => child(`${token}._domainkey`, DOMAIN)),
    ses(region = US) {
      const { status, signingEnabled } = emulator.cloud.ses.dkim({ accountId: ACCOUNT, region }, DOMAIN);
      const { mailFrom } = emulator.cloud.ses.identity(ACCOUNT, region, DOMAIN) ?? {};
      return { dkim: status, signs: signingEnabled, mailFrom: mailFrom && `${mailFrom.domain} ${mailFrom.status}` };
    },
    async proxy(name) {
      const { CLOUDFLARE_BASE_URL: base, CLOUDFLARE_API_TOKEN: token } = emulator.env;
      const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const reply = await fetch(`${base}${path}`, { ...init, headers });
        assert.equal(reply.ok, true, path);
        const body: unknown = await reply.json();
        return typeof body === "object" && body !== null && "result" in body ? body.result : undefined;
      };
      const zone = idIn(await call(`/zones?name=${DOMAIN}`));
      const record = idIn(await call(`/zones/${zone}/dns_records?type=CNAME&name=${name}`));
      await call(`/zones/${zone}/dns_records/${record}`, { method: "PATCH", body: JSON.stringify({ proxied: true }) });
    },
    close: () => world.close(),
  };
}

function idIn(result: unknown): string {
  const [first]: readonly unknown[] = Array.isArray(result) ? result : [];
  assert.ok(typeof first === "object" && first !== null && "id" in first && typeof first.id === "string");
  return first.id;
}

const PARTS = ["verification", "dkim", "mailFrom", "dmarc"] as const;
type Shown = Readonly<Partial<Record<(typeof PARTS)[number], string>>>;

/** The properties of parts that a preview shows as changed, with what each becomes. */
export function shownBy(run: EngineRun, name = "mail"): Shown {
  const { metadata } =
    run.events
      .flatMap(({ resourcePreEvent }) => resourcePreEvent ?? [])
      .find(({ metadata: { urn, op } }) => urn.endsWith(`::${name}`) && op !== "refresh") ?? {};
  assert.ok(metadata, run.stdout);
  if (isPlugin) return partsIn(String(metadata.old?.outputs?.verification));
  const [old, now]: Readonly<Record<string, unknown>>[] = [metadata.old?.inputs ?? {}, metadata.new?.inputs ?? {}];
  return Object.fromEntries(
    PARTS.flatMap((part) => (old?.[part] === now?.[part] ? [] : [[part, String(now?.[part])]])),
  );
}

/** The plugin's output has one line for all: `publish: …; dkim: publish: …`. */
function partsIn(text: string): Shown {
  const marks = [...text.matchAll(/(?:^|; )(dkim|mailFrom|dmarc): /g)];
  const own = text.slice(0, marks[0]?.index ?? text.length);
  const parts = marks.map((mark, index) => [
    mark[1],
    text.slice(mark.index + mark[0].length, marks[index + 1]?.index ?? text.length),
  ]);
  return { ...(own === "" || own === "verified" ? {} : { verification: own }), ...Object.fromEntries(parts) };
}

/** An update of the one resource, on a plain preview, of which exactly these parts are the reason. */
export async function previewOf(stack: EngineStack): Promise<Shown> {
  const run = succeeded(await stack.preview({ diff: true }));
  assert.deepEqual(run.changes, { same: 1, update: 1 }, run.stdout);
  const shown = shownBy(run);
  const printed = isPlugin ? ["verification"] : Object.keys(shown);
  for (const part of printed) assert.match(run.stdout, new RegExp(`~ ${part} *: `));
  return shown;
}
