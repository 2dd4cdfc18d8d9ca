import { VerifiedDomain } from "pulumi-sesdomain";
import { openEmulator } from "../../../emulator";
import { fqdn } from "../../../provider/core/fqdn";
import { T1, T2 } from "../doctor/doctor";
import { openStack } from "../engine/stack";

const DOMAIN = fqdn("ses-example.com");
const NAME = fqdn("_amazonses.ses-example.com");
const WEEK_MS = 7 * 24 * 3_600_000;
const COLUMNS = 80;

/** Verified only: with DKIM in place SES would not revoke it. */
function program(): Promise<Record<string, unknown>> {
  const mail = new VerifiedDomain("mail", {
    domain: DOMAIN,
    identities: [{ region: "us-east-1" }, { region: "eu-west-1" }],
    dns: { kind: "route53" },
  });
  return Promise.resolve({ identityArns: mail.identityArns });
}

/** What `pulumi preview --diff` prints, with colours, after SES has revoked a domain whose values were deleted. */
export async function previewOutput(): Promise<string> {
  const emulator = await openEmulator({ serversPerZone: 3 });
  const zone = await emulator.addZone({ name: DOMAIN });
  const stack = await openStack({
    program,
    project: "mail",
    stack: "prod",
    env: emulator.env,
  });
  try {
    const up = await stack.up();
    if (up.failed) throw new Error(up.stdout);
    emulator.zones.change(zone.id, [{ action: "delete", key: { name: NAME, type: "TXT" } }]);
    await emulator.clock.advance(WEEK_MS);
    const { stdout, failed, changes } = await stack.preview({ diff: true, colours: true });
    if (failed || changes.update !== 1) throw new Error(stdout);
    return shortened(steady(stdout, emulator.cloud.ses.identities()));
  } finally {
    await stack.close();
    await emulator.close();
  }
}

/** Tokens are new in each run, and the time is the day's. */
function steady(text: string, identities: readonly { readonly token?: string | undefined }[]): string {
  const tokens = identities.flatMap(({ token }) => token ?? []);
  return tokens
    .reduce((all, token, index) => all.replaceAll(token, [T1, T2][index] ?? token), text)
    .replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d UTC\b/g, "2026-03-08 09:00 UTC");
}

/** A line of a resource that stays as it is, other than its URN. */
const ARGUMENT = /^ {8}(?!\[urn=)/;
const LEFT_OUT = "        …";

/** The lines that tell of the change. What stays as it is becomes `…`, and what is longer than the window is broken. */
function shortened(text: string): string {
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    const shown = visibleOf(line);
    if (/^\S|^ *(~ |\[id=|\d+ )/.test(shown) || shown === "") kept.push(...broken(line));
    else if (ARGUMENT.test(shown) && !(kept.at(-1) ?? "").endsWith(LEFT_OUT)) kept.push(LEFT_OUT);
  }
  return kept.join("\n");
}

const ESCAPE = String.fromCharCode(27);
const SEQUENCE = new RegExp(`(${ESCAPE}\\[[0-9;]*m)`);

function visibleOf(line: string): string {
  return line
    .split(SEQUENCE)
    .filter((part) => !part.startsWith(ESCAPE))
    .join("");
}

/** Breaks at spaces; sequences take no room. */
function broken(line: string): string[] {
  const lines: string[] = [];
  let now = "";
  let length = 0;
  for (const part of line.split(SEQUENCE)) {
    if (part.startsWith(ESCAPE)) {
      now += part;
      continue;
    }
    for (const word of part.split(/(?<= )/)) {
      if (length + word.trimEnd().length > COLUMNS) {
        lines.push(now.trimEnd());
        now = " ".repeat(10);
        length = 10;
      }
      now += word;
      length += word.length;
    }
  }
  return [...lines, now];
}
