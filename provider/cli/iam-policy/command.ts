import { type Command, Option } from "commander";
import { RESOURCE_KINDS } from "../../aws/permissions";
import { PARTITIONS } from "../../aws/region";
import { DNS_KINDS } from "../../dns/hosts";
import { PLACEMENTS } from "../../lifecycle/arguments/types";
import { addExamples } from "../help";
import type { PolicyOptions } from "./print-policy";

const load = (): typeof import("./print-policy") => require("./print-policy");

const collectAll = (value: string, all: readonly string[] | true | undefined) =>
  all === true ? all : [...(all ?? []), value];

const repeated = (flags: string, text: string, values?: readonly string[]) =>
  listing(new Option(flags, `${text}; may be repeated`), values).argParser<readonly string[] | true | undefined>(
    collectAll,
  );

/** For the help and for completion. Whether a value is one of them is checked with the others, which says what was meant. */
const oneOf = (flags: string, text: string, values: readonly string[]) =>
  listing(new Option(flags, text), values).argParser((value) => value);

function listing(option: Option, values: readonly string[] | undefined): Option {
  return values === undefined ? option : option.choices(values);
}

/** Adds `sesdomain iam-policy`; what it does is loaded when it is called. `print`: for the documentation, which shows it. */
export function addIamPolicy(program: Command, print: (text: string) => void = console.log): void {
  const policy = program
    .command("iam-policy")
    .description("print the least IAM policy for what a program uses, as JSON")
    .addOption(repeated("--domain <domain>", "a domain: limits what can be, to its identity and record"))
    .addOption(repeated("--region <region>", "a region of SES"))
    .option("--account <id>", "the account, twelve digits")
    .addOption(repeated("--zone-id <id>", "a hosted zone of Route 53 (default: all of the account)"))
    .addOption(oneOf("--host <kind>", "the DNS host", [...DNS_KINDS, "other"]).default(undefined, "route53"))
    .addOption(oneOf("--placement <placement>", "as in the program: under which name the values go", PLACEMENTS))
    .addOption(
      repeated("--mail-from <domain>", "a MAIL FROM domain, whole").default(
        undefined,
        "bounce.DOMAIN, bounce-*.DOMAIN",
      ),
    )
    .addOption(repeated("--role-arn <arn>", "a role that an identity or a host assumes"))
    .addOption(
      repeated("--resource <kind>", "what the program declares", RESOURCE_KINDS).default(undefined, "VerifiedDomain"),
    )
    .addOption(repeated("--email-address [address]", "also for VerifiedEmailAddress"))
    .option("--read-only", "only what a preview and the doctor need")
    .option("--doctor", "the same as --read-only")
    .option("--required", "without the actions that can be missing; what is lost is in docs/iam-policy.md")
    .option("--verification-only", "without what only DKIM, MAIL FROM and DMARC need")
    .addOption(oneOf("--partition <partition>", "of AWS", PARTITIONS).default(undefined, "by the region"))
    .action((options: PolicyOptions) => {
      process.exitCode = load().printPolicy(options, print);
    });
  addExamples(policy, [
    ["npx sesdomain iam-policy --domain example.com --region us-east-1", "For one domain, with its zone at Route 53."],
    ["npx sesdomain iam-policy --host cloudflare --read-only", "For previews and the doctor; the zone is elsewhere."],
  ]);
  policy.addHelpText("after", "\nExit codes: 0 printed, 2 wrong usage.");
}
