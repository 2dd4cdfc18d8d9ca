import { fill } from "../core/words";
import { DNS_KINDS, hostOf } from "../dns/hosts";
import { CATALOGUE } from "./catalogue";
import type { Entry, Family } from "./catalogue/entry";

const EXAMPLE = {
  domain: "example.com",
  address: "user@example.com",
  name: "_amazonses.example.com",
  value: "fmxqxT/icOYx4aA/bEUrDPMeax9/s3frblS+niixmqk=",
  records: '_amazonses.example.com. IN TXT "fmxqxT/icOYx4aA/bEUrDPMeax9/s3frblS+niixmqk="',
  region: "us-east-1",
  zone: "example.com",
  server: "ns1.example.net",
};

/** For the families whose records are not the TXT value. */
const OWN_EXAMPLE: { readonly [F in Family]?: Pick<typeof EXAMPLE, "name" | "value" | "records"> } = {
  dkim: {
    name: "token1._domainkey.example.com",
    value: "token1.dkim.amazonses.com.",
    records: "token1._domainkey.example.com. IN CNAME token1.dkim.amazonses.com.",
  },
  "mail-from": {
    name: "bounce.example.com",
    value: "10 feedback-smtp.us-east-1.amazonses.com.",
    records: "bounce.example.com. IN MX 10 feedback-smtp.us-east-1.amazonses.com.",
  },
  spf: {
    name: "bounce.example.com",
    value: "v=spf1 include:amazonses.com ~all",
    records: 'bounce.example.com. IN TXT "v=spf1 include:amazonses.com ~all"',
  },
  dmarc: {
    name: "_dmarc.example.com",
    value: "v=DMARC1; p=none",
    records: '_dmarc.example.com. IN TXT "v=DMARC1; p=none"',
  },
  sending: {
    name: "bounce.example.com",
    value: "10 feedback-smtp.us-east-1.amazonses.com.",
    records: "bounce.example.com. IN MX 10 feedback-smtp.us-east-1.amazonses.com.",
  },
};

/** Where a value is instead, for the problems whose texts name `{found}`. */
const FOUND: Readonly<Record<string, string>> = {
  "txt-name-doubled": "_amazonses.example.com.example.com",
  "txt-at-domain": "example.com",
  "txt-without-underscore": "amazonses.example.com",
  "txt-wrong-level": "_amazonses.mail.example.com",
  "txt-wrong-name": "_amazones.example.com",
  "dkim-name-doubled": "token1._domainkey.example.com.example.com",
  "dkim-no-underscores": "token1.domainkey.example.com",
  "dkim-stale": "token4._domainkey.example.com",
  "dmarc-misplaced": "_dmarc.example.com.example.com",
  "dmarc-inherited": "_dmarc.example.com",
  "dmarc-report-unauthorised": "example.com._report._dmarc.example.net",
};

const FAMILIES: Readonly<Record<Family, string>> = {
  record: "The TXT record",
  dkim: "The DKIM records",
  "mail-from": "The MAIL FROM record",
  spf: "SPF at the MAIL FROM name",
  dmarc: "DMARC",
  zone: "The zone and its delegation",
  servers: "The name servers, and the path to them",
  ses: "The status at SES",
  sending: "The status of DKIM and MAIL FROM at SES",
  account: "The account at SES",
  arguments: "Arguments that cannot lead to a verified domain",
  addresses: "E-mail addresses",
};

const SEVERITIES = {
  error: "error: mail stops, or never starts",
  warning: "warning: it works, but may stop",
  note: "note: information",
} as const;

/** Every page of docs/problems, by file name, as it should be. Pure. */
export function problemPages(): ReadonlyMap<string, string> {
  return new Map([["README.md", index()], ...CATALOGUE.map((entry) => [`${entry.code}.md`, page(entry)] as const)]);
}

function index(): string {
  const families = Object.entries(FAMILIES).map(([family, title]) => {
    const entries = CATALOGUE.filter((entry) => entry.family === family);
    return [
      `## ${title}`,
      "| code | severity | problem |",
      "| --- | --- | --- |",
      ...entries.map(({ code, severity, title: problem }) => `| [${code}](${code}.md) | ${severity} | ${problem} |`),
    ].join("\n");
  });
  return `${[
    "# Problems, by name",
    "Every problem with a verification, with DKIM, MAIL FROM, SPF or DMARC has a code. Previews, errors and the doctor's report show it. Each page describes the problem, its causes, and what to do.",
    ...families,
    GENERATED,
  ].join("\n\n")}\n`;
}

const GENERATED = "<!-- Generated from provider/diagnosis/catalogue by `npm run docs`. -->";

function page(entry: Entry): string {
  const own = DNS_KINDS.flatMap((kind) => {
    const text = entry.fix[kind];
    return text === undefined ? [] : [`- **${hostOf(kind).title}**: ${text}`];
  });
  if (entry.fix.shell !== undefined) own.push(`- **Without a program that declares it**: ${entry.fix.shell}`);
  const sections = [
    `# ${entry.code}`,
    `**${entry.title}.** (${SEVERITIES[entry.severity]})`,
    entry.why,
    `## Causes\n${entry.causes.map((cause) => `- ${cause}`).join("\n")}`,
    `## What to do\n${entry.fix.any}${own.length > 0 ? `\n\n${own.join("\n")}` : ""}`,
    ...(entry.command === undefined ? [] : [`## How to check\n\`\`\`sh\n${entry.command}\n\`\`\``]),
    ...(entry.sources === undefined ? [] : [`Sources: ${entry.sources.map(linked).join(", ")}`]),
    GENERATED,
  ];
  const found = FOUND[entry.code];
  const facts = { ...EXAMPLE, ...OWN_EXAMPLE[entry.family], ...(found !== undefined && { found }) };
  return `${fill(sections.join("\n\n"), facts)}\n`;
}

function linked(source: string): string {
  const rfc = /^RFC (\d+)/.exec(source);
  if (rfc) return `[${source}](https://www.rfc-editor.org/rfc/rfc${rfc[1]})`;
  return `<${source}>`;
}
