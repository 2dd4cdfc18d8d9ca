// The emulator, turned by the parent process over Node's own channel. It ends when the parent does.
import { type Emulator, openEmulator, type RecordSet, txt } from "../../emulator";
import { newToken } from "../../emulator/ses/identity";
import { fqdn } from "../../provider/core/fqdn";
import { ACCOUNT, MAIL_FROM_LABEL, REGION } from "./cloud-names";

export type Question =
  | { readonly ask: "env" | "calls" }
  | { readonly ask: "fill" | "fresh"; readonly to: number }
  | { readonly ask: "grow"; readonly to: number; readonly parts: Parts }
  | { readonly ask: "zone"; readonly name: string }
  | { readonly ask: "silence"; readonly name: string }
  | { readonly ask: "delay"; readonly ms: number };

export interface Answer {
  readonly id: number;
  readonly error: string | undefined;
  readonly value: unknown;
}

/** What of a domain is in place: its verification, or DKIM, MAIL FROM, SPF and DMARC too. */
export type Parts = "verification" | "sending";

/** One verified domain, its token, and those of DKIM where it is set up. */
export interface Entry {
  readonly domain: string;
  readonly token: string;
  readonly dkimTokens: readonly string[];
}

export interface Calls {
  readonly ses: number;
  readonly route53: number;
  readonly dns: number;
  /** HTTP requests by "service:action". */
  readonly actions: Readonly<Record<string, number>>;
  /** Of all services since the start. */
  readonly throttled: number;
}

const SERVERS_PER_ZONE = 4;
/** One of the servers of each zone. */
const serverOf = new Map<string, string>();

async function main(): Promise<void> {
  const firstLookMs = Number(process.argv[2] ?? Number.NaN);
  const emulator = await openEmulator({
    serversPerZone: SERVERS_PER_ZONE,
    rateLimits: true,
    region: REGION,
    ...(Number.isNaN(firstLookMs) ? {} : { ses: { schedule: { firstLookMs } } }),
  });
  const entries: Entry[] = [];
  const fresh: Entry[] = [];
  let delay: { off(): void } | undefined;

  async function answer(question: Question): Promise<unknown> {
    switch (question.ask) {
      case "env":
        return emulator.env;
      case "grow":
        while (entries.length < question.to) entries.push(addVerified(emulator, entries.length, question.parts));
        await emulator.zones.settled();
        return entries.slice(0, question.to);
      case "fill":
        for (let at = emulator.cloud.ses.identities().length; at < question.to; at++) {
          emulator.cloud.ses.inject([{ accountId: ACCOUNT, region: REGION, name: `ses-other-${at}.net` }]);
        }
        return emulator.cloud.ses.identities().length;
      case "fresh":
        while (fresh.length < question.to) fresh.push(addFresh(emulator, fresh.length));
        await emulator.zones.settled();
        return fresh.slice(0, question.to);
      case "zone":
        return void (await emulator.addZone({
          name: question.name,
          account: ACCOUNT,
          sets: [dmarcSet(question.name)],
        }));
      case "silence":
        return void emulator.faults.dns(serverOf.get(question.name) ?? "", { silent: "both" });
      case "delay":
        delay?.off();
        delay = question.ms > 0 ? emulator.faults.dns("*", { latencyMs: question.ms }) : undefined;
        return undefined;
      case "calls": {
        const { http, dns } = emulator.requests.counts();
        emulator.requests.reset();
        const throttled = sum(emulator.cloud.throttled(), "");
        const [ses, route53] = [sum(http, "ses"), sum(http, "route53")];
        return { ses, route53, dns: sum(dns, ""), actions: http, throttled } satisfies Calls;
      }
    }
  }

  process.on("message", ({ id, question }: { readonly id: number; readonly question: Question }) => {
    answer(question).then(
      (value) => process.send?.({ id, error: undefined, value } satisfies Answer),
      (error: unknown) => process.send?.({ id, error: String(error), value: undefined } satisfies Answer),
    );
  });
  process.once("disconnect", () => process.exit(0));
}

function addVerified(emulator: Emulator, index: number, parts: Parts): Entry {
  const domain = `ses-bench-${String(index).padStart(5, "0")}.com`;
  const token = newToken(domain);
  const { ses } = emulator.cloud;
  const scope = { accountId: ACCOUNT, region: REGION };
  const sends = parts === "sending";
  const mailFrom = `${MAIL_FROM_LABEL}.${domain}`;
  ses.inject([{ ...scope, name: domain, token, ...(sends && { dkim: {}, mailFrom: { domain: mailFrom } }) }]);
  const { tokens, zone } = ses.dkim(scope, domain);
  const set = (name: string, type: string, value: string) => ({ name: fqdn(name), type, ttl: 300, values: [value] });
  const sending = [
    ...tokens.map((one) => set(`${one}._domainkey.${domain}`, "CNAME", `${one}.${zone}.`)),
    set(mailFrom, "MX", `10 feedback-smtp.${REGION}.amazonses.com.`),
    set(mailFrom, "TXT", txt("v=spf1 include:amazonses.com ~all")),
    dmarcSet(domain),
  ];
  const { servers } = emulator.zones.add({
    name: domain,
    account: ACCOUNT,
    sets: [set(`_amazonses.${domain}`, "TXT", txt(token)), ...(sends ? sending : [])],
  });
  serverOf.set(domain, servers.at(-1)?.name ?? "");
  return { domain, token, dkimTokens: tokens };
}

/** As the program's owner has it: the package writes none by itself. */
function dmarcSet(domain: string): RecordSet {
  return { name: fqdn(`_dmarc.${domain}`), type: "TXT", ttl: 300, values: [txt("v=DMARC1; p=reject")] };
}

/** A delegated zone without a record. */
function addFresh(emulator: Emulator, index: number): Entry {
  const domain = `ses-fresh-${String(index).padStart(5, "0")}.com`;
  emulator.zones.add({ name: domain, account: ACCOUNT });
  return { domain, token: "", dkimTokens: [] };
}

function sum(counts: Readonly<Record<string, number>>, prefix: string): number {
  const fitting = Object.entries(counts).filter(([key]) => key.startsWith(prefix));
  return fitting.reduce((total, [, count]) => total + count, 0);
}

void main();
