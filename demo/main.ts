// The main job on the emulator: a domain made ready to send in two regions, two DKIM records broken, diagnosed on preview,
// repaired, destroyed.
import { openEmulator } from "../emulator";
import type { RecordSet } from "../emulator/records";
import { fqdn } from "../provider/core/fqdn";
import { type EngineRun, openStack } from "../test/support/engine/stack";
import { openPanel } from "./panel";
import { program } from "./program";
import { chapter, check, ending, tell } from "./story";

const DOMAIN = fqdn("ses-example.com");
const NAME = fqdn("_amazonses.ses-example.com");
const REGIONS = ["us-east-1", "eu-west-1"] as const;

/** What other teams have in the zone. None of it may change. */
const OTHERS: readonly RecordSet[] = [
  { name: DOMAIN, type: "TXT", ttl: 3600, values: ['"v=spf1 mx -all"', '"site-verification=1234"'] },
  { name: DOMAIN, type: "MX", ttl: 3600, values: ["10 mx.ses-example.com."] },
  { name: NAME, type: "TXT", ttl: 1800, values: ['"b3RoZXIgdGVhbSdzIHRva2VuLCAzMiBvY3RldHMuLi4="'] },
  { name: fqdn("news._domainkey.ses-example.com"), type: "CNAME", ttl: 3600, values: ["news.keys.example.net."] },
  { name: fqdn("bounce.ses-example.com"), type: "MX", ttl: 3600, values: ["10 mx.example.net."] },
  { name: fqdn("bounce.ses-example.com"), type: "TXT", ttl: 3600, values: ['"v=spf1 include:spf.example.net ~all"'] },
  { name: fqdn("_dmarc.news.ses-example.com"), type: "TXT", ttl: 3600, values: ['"v=DMARC1; p=quarantine"'] },
];

async function main(): Promise<number> {
  chapter("A cloud on this machine: name servers, Cloudflare's API, STS and SES, on loopback addresses only");
  const emulator = await openEmulator();
  const { ses } = emulator.cloud;
  const zone = await emulator.addZone({ name: DOMAIN, sets: OTHERS });
  const setsOf = () => emulator.zones.view(zone.id).all();
  const dump = () =>
    setsOf()
      .filter(({ type }) => type !== "SOA")
      .map(({ name, type, ttl, values }) => `${name} ${ttl} ${type} ${[...values].sort().join(" | ")}`)
      .sort()
      .join("\n");
  const setAt = (name: string, type: string) => setsOf().find((set) => set.name === name && set.type === type);
  const dkimOf = (region: string) => ses.dkim({ accountId: zone.account, region }, DOMAIN);
  const nameOf = (token: string | undefined) => `${token}._domainkey.${DOMAIN}`;
  const before = dump();
  tell(`${DOMAIN} is delegated to ${zone.servers.map(({ name }) => name).join(", ")}`);
  tell("Other teams have a token, SPF, DKIM, DMARC and a MAIL FROM name of their own in it");

  /** As SES tells it, a line an identity. */
  const statuses = () =>
    ses.identities().map(({ region, status, mailFrom }) => {
      const dkim = dkimOf(region);
      const signs = dkim.signingEnabled ? "signs" : "does not sign";
      return `${region}: ${status}, DKIM ${dkim.status} (${signs}), MAIL FROM ${mailFrom?.domain} ${mailFrom?.status}`;
    });
  const checkReady = () => {
    const said = statuses();
    check(
      "SES says Success of verification, DKIM and MAIL FROM in both regions, and signs",
      said.length === 2 && said.every((line) => /: Success, DKIM Success \(signs\), MAIL FROM \S+ Success$/.test(line)),
      said.join("\n"),
    );
  };

  const stack = await openStack({
    program,
    project: "sesdomain-demo",
    env: emulator.env,
    config: { "sesdomain-demo:domain": DOMAIN },
  });
  try {
    chapter("pulumi up: from nothing to ready in us-east-1 and eu-west-1");
    const up = await stack.up();
    show(up);
    check("up succeeded", !up.failed, up.stdout);
    check("the resource says that it is ready to send", up.outputs.readyToSend === true);
    checkReady();
    tell(statuses().join("\n"));
    check(
      "the verification's set holds the other team's value and two of ours",
      setAt(NAME, "TXT")?.values.length === 3,
    );
    check("its TTL is still 1800 s", setAt(NAME, "TXT")?.ttl === 1800);
    const theirs = new Set(before.split("\n"));
    const ours = dump()
      .split("\n")
      .filter((line) => !theirs.has(line) && !line.startsWith(NAME));
    tell(ours.map((line) => (line.length > 100 ? `${line.slice(0, 99)}…` : line)).join("\n"));
    check("six CNAMEs, two MX, two SPF and one DMARC were added", ours.length === 11, ours.join("\n"));

    chapter("pulumi preview: nothing to do");
    const quiet = await stack.preview({ expectNoChanges: true });
    check("preview shows no change", !quiet.failed, quiet.stdout);

    chapter("Months later a colleague deletes one CNAME, and switches Cloudflare's proxy on for another");
    const tokens = REGIONS.map((region) => dkimOf(region).tokens);
    const deleted = nameOf(tokens[0]?.[0]);
    const proxied = nameOf(tokens[1]?.[1]);
    const intact = tokens
      .flat()
      .map(nameOf)
      .filter((name) => name !== deleted && name !== proxied);
    const panel = await openPanel(emulator.env, DOMAIN);
    await panel.remove(deleted);
    await panel.proxy(proxied);
    tell(`deleted: ${deleted}\nproxied: ${proxied}`);

    chapter("pulumi preview: shows which record is broken, how, and what up will do");
    const drift = await stack.preview({ diff: true });
    show(drift);
    check("preview shows an update", drift.changes.update === 1, drift.stdout);
    const reason = drift.stdout
      .split("\n")
      .filter((line) => /^\s*~ dkim\s*: /.test(line))
      .join("\n");
    check("it names the CNAME that was deleted", reason.includes(deleted), drift.stdout);
    check("it names the CNAME that is proxied", reason.includes(proxied), drift.stdout);
    check(
      "and none of the four that are in place",
      intact.length === 4 && !intact.some((name) => reason.includes(name)),
      reason,
    );
    const others = drift.stdout.split("\n").filter((line) => /^\s*~ (verification|mailFrom|dmarc)\s*: /.test(line));
    check("no other part is shown as changed", others.length === 0, others.join("\n"));
    check(
      "with the codes of both problems",
      /dkim-cname-(missing|partial)[\s\S]*dkim-cname-flattened|dkim-cname-flattened[\s\S]*dkim-cname-(missing|partial)/.test(
        reason,
      ),
      reason,
    );

    chapter("pulumi up: publishes the one, takes the other out of the proxy");
    const repaired = await stack.up();
    show(repaired);
    check("up succeeded", !repaired.failed, repaired.stdout);
    checkReady();
    check(
      "every CNAME is answered as a CNAME again",
      tokens.flat().every((token) => {
        const set = setAt(nameOf(token), "CNAME");
        return set?.answersAs === undefined && /\.amazonses\.com\.?$/.test(set?.values[0] ?? "");
      }),
      dump(),
    );

    chapter("pulumi destroy: removes our identities and our records, nothing else");
    const destroyed = await stack.destroy();
    check("destroy succeeded", !destroyed.failed, destroyed.stdout);
    check(
      "SES has no identity left",
      ses.identities().length === 0,
      ses
        .identities()
        .map(({ name }) => name)
        .join("\n"),
    );
    check("the zone is as it was: token, SPF, DKIM, DMARC and MX of the others", dump() === before, dump());
  } finally {
    await stack.close();
    await emulator.close();
  }
  return ending();
}

/** What Pulumi printed of our resource, without the engine's own lines, wrapped for a terminal. */
function show(run: EngineRun): void {
  const lines = run.stdout
    .split("\n")
    .filter((line) => /VerifiedDomain|^\s*~ (verification|dkim|mailFrom|dmarc)\s*: /.test(line) && !/\$PATH/.test(line))
    .map((line) => line.trim().replace(/ (updating|creating|created|updated) \(\d+s\)/, " $1"));
  for (const line of new Set(lines)) tell(wrap(line));
}

function wrap(text: string, width = 104): string {
  const out = [];
  let rest = text;
  while (rest.length > width) {
    const at = Math.max(rest.lastIndexOf(" ", width), 40);
    out.push(rest.slice(0, at));
    rest = `    ${rest.slice(at).trimStart()}`;
  }
  return [...out, rest].join("\n");
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
