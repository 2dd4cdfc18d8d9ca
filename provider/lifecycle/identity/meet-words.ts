import { clip } from "../../core/text";
import { listed } from "../../core/words";
import { labelsOf } from "./join";
import type { Meeting } from "./meeting";

/** Tags that a text names, and characters of each. */
const TAGS_AT_MOST = 3;
const TAG_LENGTH = 80;

/** A provider cannot see what another is about to delete. So the danger is told, with what each tool has against it. */
const LET_GO =
  "Let it go there first. Pulumi: `retainOnDelete: true` on the old resource, and one `pulumi up`. Terraform: `removed { lifecycle { destroy = false } }`. CloudFormation and CDK: `DeletionPolicy: Retain`. See docs/migrating.md of pulumi-sesdomain.";

/** One line: what is there, whose it is, what becomes of it, and, where another tool may delete it, how to prevent that. */
export function describeMeeting(met: Meeting): string {
  const { identity, region, accountId } = met;
  const sentences = [
    `SES in ${region} (account ${accountId}) has ${identity} already${origin(met)}.`,
    fate(met),
    ...requested(met),
    ...valueNow(met),
    ...(met.maker === "us" ? [] : [danger(met), LET_GO]),
  ];
  return sentences.join(" ");
}

function origin({ maker, users, tags }: Meeting): string {
  const usedBy = users.length === 0 ? "" : `, used by ${labelsOf(users)}`;
  if (maker === "unknown") return "; its tags may not be read, so who made it and who else uses it is not known";
  if (maker === "us") return usedBy;
  const told =
    tags.length === 0
      ? ", or who did"
      : `; its tags: ${listed(
          [...tags].sort((a, b) => rank(a) - rank(b)).map((tag) => clip(tag, TAG_LENGTH)),
          TAGS_AT_MOST,
        )}`;
  // One that it made without the right to tag has no tag of its own.
  return `${usedBy}; no tag says that pulumi-sesdomain made it${told}`;
}

/** Tags that name a stack or a tool come first. */
function rank(tag: string): number {
  if (tag.startsWith("aws:cloudformation:stack-name=")) return 0;
  return /terraform|tofu|pulumi|cdk|cloudformation|managed/i.test(tag) ? 1 : 2;
}

function fate({ maker, users, adopt, goes, record }: Meeting): string {
  if (maker === "us" && users.length === 0) {
    return "pulumi-sesdomain made it, and no resource is registered as its user now: this one takes it over, and its destroy removes it.";
  }
  if (maker === "us") {
    return "This resource adopts it from them: it is shared, and removed when the last of its users is destroyed.";
  }
  if (!goes) return `It is used, and stays${record === undefined ? "" : " with its value"} on destroy (adopt: "keep").`;
  const value = { none: "", provider: " with its value", person: "", both: " with its value" }[
    record?.writer ?? "none"
  ];
  const byHand = record?.writer === "person" || record?.writer === "both";
  const rest = byHand ? "; at a manual host its value is then deleted by hand" : "";
  return `It is taken over (adopt: "${adopt}"), and removed${value} when the last of its users is destroyed${rest}.`;
}

function requested({ status, request }: Meeting): string[] {
  if (request === "no-token") return ["SES holds no token of it for a TXT record: `pulumi up` asks for one."];
  return request === "lapsed" ? [`SES says ${status} for it: \`pulumi up\` asks SES again.`] : [];
}

function valueNow({ record }: Meeting): string[] {
  if (record?.state === "there") return [`Its value is at ${record.name} already, and is used as it is.`];
  if (record?.state !== "missing") return [];
  const then = record.writer === "person" ? "prints what to publish there" : "publishes it";
  return [`Its value is not at ${record.name}: \`pulumi up\` ${then}.`];
}

function danger({ identity, record }: Meeting): string {
  const what = identity.includes("@") || record?.state === "missing" ? "it" : "it or its TXT record";
  return `If another resource made ${what}, removing that resource takes it away: in this program, another stack, Terraform or CDK.`;
}
