// docs/iam-policy.md and the tables of IAM actions on other pages, from the list of actions and the command that prints a policy.

const ZONE = "Z0123456789ABCDEFGHIJ";

/** What is shown, as given to `sesdomain iam-policy`. */
const CASES = [
  {
    title: "A domain in two regions, its zone in Route 53",
    text: "Everything is limited to one domain, its records and its zone. This is the least that `up`, `preview` and `destroy` use.",
    args: `--domain ses-example.com --region us-east-1 --region eu-west-1 --account 111111111111 --zone-id ${ZONE}`,
  },
  {
    title: "A domain that is only verified",
    text: "For a program with neither `dkim` nor `mailFrom`, and without a DMARC record.",
    args: `--verification-only --domain ses-example.com --region us-east-1 --account 111111111111 --zone-id ${ZONE}`,
  },
  {
    title: "Any domain of an account",
    text: "For a program with many domains, or with domains that come and go.",
    args: "",
  },
  {
    title: "DNS at another host",
    text: "The same for Cloudflare, RFC 2136, PowerDNS, Google Cloud DNS and `manual`: no part is of Route 53.",
    args: "--host other --region eu-west-1",
  },
  {
    title: "Preview and doctor only",
    text: "For a job that looks for drift, and for the doctor. It can change nothing.",
    args: `--read-only --domain ses-example.com --region us-east-1 --zone-id ${ZONE}`,
  },
  {
    title: "Single addresses only",
    text: "For `VerifiedEmailAddress` in a program without `VerifiedDomain`. In a program with both, give `--email-address` instead.",
    args: "--resource VerifiedEmailAddress --region us-east-1",
  },
  {
    title: "Building blocks",
    text: "`DomainIdentity` and `DomainVerification` write no DNS: your record's own provider needs its own policy.",
    args: "--resource DomainIdentity --resource DomainVerification --region eu-west-1",
  },
  {
    title: "A role in another account",
    text: "`--role-arn` adds the right to assume it. The role itself needs the policy of its account: the first one on this page without this statement, where it makes the identity.",
    args: "--role-arn arn:aws:iam::222222222222:role/ses-verify --region us-east-1 --host other",
  },
];

/** The policy that these options print. */
async function policyOf(args, { Command, addIamPolicy }) {
  const printed = [];
  const program = new Command();
  addIamPolicy(program, (text) => printed.push(text));
  await program.parseAsync(["iam-policy", ...args.split(" ").filter((each) => each !== "")], { from: "user" });
  if (process.exitCode) throw new Error(`iam-policy ${args} failed`);
  return printed.join("\n");
}

function actionTable(actions) {
  const shown = actions.filter(({ action }) => !action.startsWith("sts:"));
  const rows = shown.map(({ action, why, optional, without, on }) => {
    const limit = on === "any" ? "no" : { identity: "identity", zone: "hosted zone", change: "change" }[on];
    return `| \`${action}\` | ${why} | ${optional ? (without ?? "") : "**required**"} | ${limit} |`;
  });
  return [
    "| action | what it is for | what is lost without it | can be limited to |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** The table of docs/doctor.md: what a reader calls. */
export function readingTable(actions) {
  const shown = actions.filter(({ action, reads }) => reads && !action.startsWith("sts:"));
  return [
    "| IAM action | for |",
    "| --- | --- |",
    ...shown.map(({ action, why }) => `| \`${action}\` | ${why} |`),
  ].join("\n");
}

export async function iamPolicyPage(actions, command) {
  const cases = [];
  for (const { title, text, args } of CASES) {
    const shown = ["npx sesdomain iam-policy", ...args.split(/ (?=--)/)].filter((each) => each !== "").join(" \\\n  ");
    const policy = await policyOf(args, command);
    cases.push(`## ${title}\n\n${text}\n\n\`\`\`sh\n${shown}\n\`\`\`\n\n\`\`\`json\n${policy}\n\`\`\``);
  }
  return `<!-- Written by \`npm run docs\` from provider/aws/permissions.ts. -->
# The least IAM policy

\`npx sesdomain iam-policy\` prints the policy for what your program uses. It needs no credentials and asks nothing.
\`npx sesdomain iam-policy --help\` lists its options. A test runs the life of a domain on the emulator, which evaluates these policies.

The \`ses:\` statements belong to each account that has an identity, the \`route53:\` statements to the account of the zone.
A region's statements allow that region only; leave \`--region\` out for all.

## Every action

${actionTable(actions)}

\`--required\` leaves out every action whose loss is told here. Then \`zoneId\` has to be in the program.

\`sts:GetCallerIdentity\` needs no permission. A role that is assumed by a web identity token allows that in its own trust policy.
AWS lets the actions marked "no" be limited only by region.
\`route53:ChangeResourceRecordSets\` is limited to TXT, CNAME and MX records, and to the records' names where the domain is given.
SES makes the names of DKIM records, so all names below \`_domainkey\` are among them.
Give \`--mail-from\` for each MAIL FROM domain that is neither \`bounce\` nor \`bounce-<name>\` below the domain.
With \`--verification-only\` the policy is for programs without \`dkim\`, \`mailFrom\` and a DMARC record: TXT alone, and none of the actions for the rest.
With \`placement: "apex"\` or \`"split"\` give \`--placement\` too.

${cases.join("\n\n")}
`;
}
