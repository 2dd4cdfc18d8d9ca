// The main job on the emulator: a domain verified in two regions, revoked, diagnosed on preview, repaired, destroyed.
import { openEmulator } from "../emulator";
import { fqdn } from "../provider/core/fqdn";
import { type EngineRun, openStack } from "../test/support/engine/stack";
import { program } from "./program";
import { chapter, check, ending, tell } from "./story";

const DOMAIN = fqdn("ses-example.com");
const NAME = fqdn("_amazonses.ses-example.com");
const HOUR_MS = 3_600_000;
const OTHER_TEAM = '"b3RoZXIgdGVhbSdzIHRva2VuLCAzMiBvY3RldHMuLi4="';

async function main(): Promise<number> {
  chapter("A cloud on this machine: name servers, Route 53, STS and SES, on loopback addresses only");
  const emulator = await openEmulator();
  const { ses } = emulator.cloud;
  const zone = await emulator.addZone({
    name: DOMAIN,
    sets: [
      {
        name: DOMAIN,
        type: "TXT",
        ttl: 3600,
        values: ['"v=spf1 include:amazonses.com ~all"', '"site-verification=1234"'],
      },
      { name: NAME, type: "TXT", ttl: 1800, values: [OTHER_TEAM] },
    ],
  });
  const txtAt = (name: string) => emulator.zones.view(zone.id).find({ name: fqdn(name), type: "TXT" });
  const statuses = () => ses.identities().map(({ name, region, status }) => `${name} ${region} ${status}`);
  const before = txtAt(DOMAIN)?.values;
  tell(`${DOMAIN} is delegated to ${zone.servers.map(({ name }) => name).join(", ")}`);
  tell(`${NAME} holds another team's token already, with a TTL of 1800 s`);

  const stack = await openStack({
    program,
    project: "sesdomain-demo",
    env: emulator.env,
    config: { "sesdomain-demo:domain": DOMAIN },
  });
  try {
    chapter("pulumi up: verify it in us-east-1 and eu-west-1");
    const up = await stack.up();
    show(up);
    check("up succeeded", !up.failed, up.stdout);
    check(
      "SES says Success in both regions",
      statuses().filter((line) => line.endsWith("Success")).length === 2,
      statuses().join("\n"),
    );
    check("the record set holds the other team's value and two of ours", txtAt(NAME)?.values.length === 3);
    check("its TTL is still 1800 s", txtAt(NAME)?.ttl === 1800);

    chapter("pulumi preview: nothing to do");
    const quiet = await stack.preview({ expectNoChanges: true });
    check("preview shows no change", !quiet.failed, quiet.stdout);

    chapter("Months later a colleague deletes our values; SES looks, warns, and revokes after its grace period");
    emulator.zones.change(zone.id, [
      { action: "put", set: { name: NAME, type: "TXT", ttl: 1800, values: [OTHER_TEAM] } },
    ]);
    await emulator.clock.advance(24 * 7 * HOUR_MS);
    tell(statuses().join("\n"));
    check(
      "SES has revoked both",
      statuses().every((line) => line.endsWith("Failed")),
      statuses().join("\n"),
    );

    chapter("pulumi preview: shows what is missing, where, and what up will do");
    const drift = await stack.preview({ diff: true });
    show(drift);
    check("preview shows an update", drift.changes.update === 1, drift.stdout);
    check(
      "and names the finding",
      /txt-(missing|other-identity)|verification-revoked/.test(drift.stdout),
      drift.stdout,
    );

    chapter("pulumi up: publishes the values and asks SES again");
    const healed = await stack.up();
    show(healed);
    check("up succeeded", !healed.failed, healed.stdout);
    check(
      "SES says Success in both regions",
      statuses().filter((line) => line.endsWith("Success")).length === 2,
      statuses().join("\n"),
    );

    chapter("pulumi destroy: removes our identities and our values, nothing else");
    const destroyed = await stack.destroy();
    check("destroy succeeded", !destroyed.failed, destroyed.stdout);
    check("SES has no identity left", statuses().length === 0, statuses().join("\n"));
    const left = txtAt(NAME);
    check(
      "the other team's value and TTL are still there",
      left?.ttl === 1800 && left.values.join() === OTHER_TEAM,
      JSON.stringify(left),
    );
    check("SPF and other records are unchanged", txtAt(DOMAIN)?.values.join() === before?.join());
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
    .filter((line) => /VerifiedDomain|verification: /.test(line) && !/\$PATH/.test(line))
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
