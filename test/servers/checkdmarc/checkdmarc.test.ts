import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fqdn } from "../../../provider/core/fqdn";
import { discoverDmarc, openPolicyLooks } from "../../../provider/mail/dmarc/discover";
import type { DmarcRecord, PolicyTag } from "../../../provider/mail/dmarc/record";
import { judgeSpf, type SpfVerdict } from "../../../provider/mail/spf/judge";
import { DMARC_CASES, DMARC_DOMAIN } from "../../support/mail/dmarc-records";
import { DISCOVERY_CASES } from "../../support/mail/dmarc-zones";
import { MAIL_FROM, SPF_CASES, SPF_ZONE } from "../../support/mail/spf-records";
import { lookIn, type Zone } from "../../support/mail/zone";
import { requireProgram } from "../../support/servers/programs";
import { openPythonEnvironment } from "../../support/servers/python";

const PACKAGES = ["checkdmarc==6.0.4"];

interface Case {
  readonly what: string;
  readonly domain: string;
  readonly zone: Zone;
  readonly differs?: string | undefined;
}

type Judged<T> = { readonly read: T } | { readonly refused: string };

interface SpfRead {
  readonly lookups: number;
  readonly voids: number;
  readonly all: string;
}

interface DmarcRead {
  readonly location: string;
  readonly p: string;
  readonly sp: string;
  readonly np: string;
  readonly psd: string;
  readonly t: string;
  readonly adkim: string;
  readonly aspf: string;
  readonly rua: readonly string[];
  readonly ruf: readonly string[];
}

interface Report {
  readonly version: string;
  readonly spf: readonly Judged<SpfRead>[];
  readonly dmarc: readonly Judged<DmarcRead>[];
}

const spfCases: readonly Case[] = SPF_CASES.map(({ what, values, differs }) => ({
  what,
  domain: MAIL_FROM,
  zone: { ...SPF_ZONE, [MAIL_FROM]: { ...SPF_ZONE[MAIL_FROM], txt: values } },
  differs,
}));
const dmarcCases: readonly Case[] = [
  ...DMARC_CASES.map(({ what, values, differs }) => ({
    what,
    domain: DMARC_DOMAIN,
    zone: { [`_dmarc.${DMARC_DOMAIN}`]: { txt: values } },
    differs,
  })),
  ...DISCOVERY_CASES,
];

describe("SPF and DMARC records, read by checkdmarc", function () {
  this.timeout(360_000);
  let report: Report;

  before(async function () {
    const python = requireProgram(this, "python3");
    let folder: string;
    try {
      folder = await openPythonEnvironment(python, PACKAGES);
    } catch (error) {
      if (process.env.SESDOMAIN_REQUIRE_ALL === "1") throw error;
      console.log(`      skipped: pip cannot install ${PACKAGES.join(" and ")} here`);
      return this.skip();
    }
    report = await judgedBy(folder, { spf: spfCases, dmarc: dmarcCases });
  });

  it("is the version that the reasons were written for", () => {
    assert.equal(`checkdmarc==${report.version}`, PACKAGES[0]);
    assert.equal(report.spf.length + report.dmarc.length, spfCases.length + dmarcCases.length);
  });

  for (const [index, one] of spfCases.entries()) {
    it(`are judged alike, or the table says why not: SPF, ${one.what}`, async () => {
      compare(one, await ownSpf(one), report.spf[index]);
    });
  }

  for (const [index, one] of dmarcCases.entries()) {
    it(`are judged alike, or the table says why not: DMARC, ${one.what}`, async () => {
      compare(one, await ownDmarc(one), report.dmarc[index]);
    });
  }
});

async function judgedBy(
  folder: string,
  cases: { readonly spf: readonly Case[]; readonly dmarc: readonly Case[] },
): Promise<Report> {
  const child = spawn(join(folder, "bin", "python"), [join(__dirname, "judge.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const output = text(child.stdout);
  child.stdin.end(JSON.stringify(cases));
  const [code] = (await once(child, "close")) as [number | null];
  assert.equal(code, 0);
  return JSON.parse(await output) as Report;
}

/** What a row leaves out on purpose has to differ in fact: a reason that no longer holds is told. */
function compare<T>({ differs }: Case, own: T | undefined, judged: Judged<T> | undefined): void {
  assert.ok(judged);
  const other = "read" in judged ? judged.read : undefined;
  if (differs === undefined) assert.deepEqual(own, other, "refused" in judged ? judged.refused : undefined);
  else assert.notDeepEqual(own, other, `no difference: ${differs}`);
}

const ACTIONS = { "+": "pass", "-": "fail", "~": "softfail", "?": "neutral" } as const;

/** Undefined where the record is refused. */
async function ownSpf({ domain, zone }: Case): Promise<SpfRead | undefined> {
  const { txt, other } = lookIn(zone);
  const name = fqdn(domain);
  const verdict = await judgeSpf(name, await txt(name), { txt, other, sesNames: ["amazonses.com"] });
  const { evaluation } = verdict;
  if (evaluation === undefined || isRefused(verdict)) return undefined;
  const { all, lookups, voids } = evaluation;
  return { lookups: lookups.count, voids: voids.count, all: all.kind === "all" ? ACTIONS[all.qualifier] : "neutral" };
}

function isRefused({ faults, evaluation }: SpfVerdict): boolean {
  const ignored = faults.every(({ code, reason }) => code !== "spf-syntax" || reason === "ignored-modifier");
  return !ignored || (evaluation?.faults.length ?? 0) > 0;
}

async function ownDmarc({ domain, zone }: Case): Promise<DmarcRead | undefined> {
  const { walk } = await discoverDmarc(fqdn(domain), openPolicyLooks(lookIn(zone).txt));
  if (walk.applied.kind !== "found") return undefined;
  const { record, at } = walk.applied;
  const { p, sp, np } = defaulted(record);
  const addresses = (uris: DmarcRecord["rua"]) =>
    uris.map(({ text: uri, scheme }) => (scheme === "mailto" ? uri.replace(/^mailto:|!.*$|\?.*$/gi, "") : uri));
  return {
    location: at,
    ...{ p, sp, np, psd: record.psd, t: record.testing ? "y" : "n" },
    ...{ adkim: record.adkim, aspf: record.aspf, rua: addresses(record.rua), ruf: addresses(record.ruf) },
  };
}

/** With what checkdmarc puts in for tags that are missing. */
function defaulted({ p, sp, np }: Pick<DmarcRecord, "p" | "sp" | "np">): Record<"p" | "sp" | "np", PolicyTag> {
  const own = p === "missing" ? "none" : p;
  const sub = sp === "missing" ? own : sp;
  return { p: own, sp: sub, np: np === "missing" ? sub : np };
}
