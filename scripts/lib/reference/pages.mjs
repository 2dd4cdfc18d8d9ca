// docs/reference as Markdown, from data: what the types say (read-types.mjs), and what the checks of the arguments declare.

/** @typedef {import("./read-types.mjs").Shape} Shape */

/** @param {string} id */
const imported = (id) =>
  `With the plugin: \`pulumi import sesdomain:index:${id}\`, and the \`import\` option ([importing](../importing.md)).\n\n`;

const DYNAMIC = "A dynamic resource of TypeScript has no `import`: the option is refused.";

const ADOPTED =
  'Declare the domain, and `adopt` says what becomes of an identity that exists: `"keep"` uses it, `"own"` takes it over.';

/** What the types do not say of a resource. */
const BY_HAND = {
  VerifiedDomain: {
    file: "verified-domain",
    more: "Guide: [how it works and what a preview shows](../../README.md). Hosts: [docs/hosts](../hosts/).",
    importing: `${imported("VerifiedDomain mail ses-example.com/us-east-1,eu-west-1")}${DYNAMIC} ${ADOPTED}`,
    timeouts:
      "The input `timeout` bounds how long `up` waits for name servers and SES. A DNS host that takes its time to accept a change comes before it.",
    example: `import { VerifiedDomain } from "pulumi-sesdomain";

const mail = new VerifiedDomain("mail", {
  domain: "ses-example.com",
  identities: [{ region: "us-east-1" }, { region: "eu-west-1" }],
  dns: { kind: "route53" },
  dkim: true,
  mailFrom: "bounce",
});
export const arns = mail.identityArns;`,
  },
  DomainIdentity: {
    file: "domain-identity",
    more: "Guide: [DNS in another Pulumi provider](../building-blocks.md).",
    importing: `${imported("DomainIdentity mail ses-example.com/us-east-1,eu-west-1")}${DYNAMIC} ${ADOPTED}`,
    timeouts: "It does not wait. Calls that do not answer end by themselves.",
    example: `import { DomainIdentity } from "pulumi-sesdomain";

const identity = new DomainIdentity("mail", {
  domain: "ses-example.com",
  identities: [{ region: "eu-west-1" }],
  placement: "underscore",
});
export const records = identity.records;`,
  },
  DomainVerification: {
    file: "domain-verification",
    more: "Guide: [DNS in another Pulumi provider](../building-blocks.md), [many domains](../many-domains.md).",
    importing: "There is no `import`, nor with the plugin: the resource makes nothing that could be imported.",
    timeouts:
      "The input `timeout` bounds how long `up` waits for name servers and SES. It counts for each domain; all of them wait at once.",
    example: `import { DomainIdentity, DomainVerification } from "pulumi-sesdomain";

const identity = new DomainIdentity("mail", { domain: "ses-example.com" });
// The resources that publish identity.records go into dependsOn.
const verification = new DomainVerification("mail", { of: identity, timeout: "30m" });
export const arns = verification.identityArns;`,
  },
  VerifiedEmailAddress: {
    file: "verified-email-address",
    more: "Guide: [one address at a domain of others](../email-address.md).",
    importing:
      `${imported("VerifiedEmailAddress mail news@example.com")}${DYNAMIC} ` +
      'Declare the address, and `adopt` says what becomes of one that SES has: `"keep"` uses it, `"own"` takes it over.',
    timeouts:
      "The input `timeout` bounds how long `up` waits for the link to be followed. Without `wait` it does not wait.",
    example: `import { VerifiedEmailAddress } from "pulumi-sesdomain";

const sender = new VerifiedEmailAddress("sender", {
  address: "news@example.com",
  identities: [{ region: "us-east-1" }],
});
export const arn = sender.identityArns["us-east-1"];`,
  },
};

const HEAD = "<!-- Written by `npm run docs` from provider/resources and provider/lifecycle/arguments. -->";

/**
 * By file name. `facts`: of each resource, by argument, its default, its choices and whether it replaces. `hosts`: by kind, the
 * title, the page and the text of each property.
 */
export function referencePages({ resources, objects }, facts, hosts) {
  const pages = new Map();
  for (const resource of resources) {
    const about = BY_HAND[resource.name];
    if (about === undefined) throw new Error(`${resource.name} has no page in scripts/lib/reference/pages.mjs`);
    pages.set(`${about.file}.md`, resourcePage(resource, objects, facts[resource.name], hosts, about));
  }
  const rows = resources.map(({ name, comment }) => `| [\`${name}\`](${BY_HAND[name].file}.md) | ${cell(comment)} |`);
  pages.set(
    "README.md",
    `${HEAD}\n# Reference\n\n| resource | what it does |\n| --- | --- |\n${rows.join("\n")}\n
[Functions of the plugin](functions.md) · [the least IAM policy](../iam-policy.md) · [problems and their fixes](../problems/README.md) · [DNS hosts](../hosts/)\n`,
  );
  return pages;
}

function resourcePage({ name, comment, args, outputs }, objects, facts, hosts, { more, importing, timeouts, example }) {
  const inputs = objects.get(args).properties;
  const ordered = [...inputs].sort((a, b) => orderIn(facts, a.name) - orderIn(facts, b.name));
  const known = new Set(inputs.map((one) => one.name));
  const nested = nestedOf([...ordered, ...outputs], objects);
  return `${HEAD}
# ${name}

${comment}

${more}

\`\`\`ts
${example}
\`\`\`

## Inputs

Every input takes a plain value or an output. An optional one may be left out, \`undefined\`, or an output of \`undefined\`.

| name | type | required | default | a change replaces | meaning |
| --- | --- | --- | --- | --- | --- |
${ordered.map((one) => inputRow(one, facts.get(one.name))).join("\n")}

## Outputs

An output that is an input too is known on each preview.

| name | type | known on the first preview | known while an update is shown | meaning |
| --- | --- | --- | --- | --- |
${outputs.map((one) => outputRow(one, known)).join("\n")}

The plugin's resources have one more output, \`verification\`, a text: the healthy word, or what \`pulumi up\` has to do and why.

## Import

${importing}

## Time-outs

${timeouts}

## Options

Of a dynamic resource the option \`customTimeouts\` is refused: Pulumi does not pass it on. \`provider\` takes only a provider of package \`pulumi-nodejs\`
(\`NodejsProvider\`). With [the plugin](../plugin.md) \`customTimeouts\` bounds the operation, and \`provider\` takes a \`sesdomain.Provider\`. There the stack's \`aws:region\` is
\`sesdomain:region\`. All other options of Pulumi work as usual.

## Nested objects

${nested.map((each) => objectSection(objects.get(each), hosts)).join("\n\n")}
`;
}

const orderIn = (facts, name) => {
  const at = [...facts.keys()].indexOf(name);
  return at < 0 ? -1 : at;
};

function inputRow({ name, shape, required, comment }, fact) {
  const shown = fact?.choices === undefined ? shape : { kind: "choice", values: [...fact.choices] };
  const value = fact?.default === undefined ? "" : `\`${fact.default}\``;
  const replaces = fact?.replaces === true ? "yes" : "no";
  return `| \`${name}\` | ${typeText(shown)} | ${required ? "yes" : "no"} | ${cell(value)} | ${replaces} | ${cell(comment)} |`;
}

function outputRow({ name, shape, required, comment }, inputs) {
  const isInput = inputs.has(name);
  const type = `${typeText(shape)}${required ? "" : ", or nothing"}`;
  // Made of region, account and name, as a derived input (provider/pulumi/dynamic/inputs.ts).
  const isDerived = name === "identityArns" && !inputs.has("of");
  const first = isInput ? "yes" : isDerived ? "where the account is known" : "no";
  return `| \`${name}\` | ${type} | ${first} | ${isInput || isDerived ? "yes" : "no"} | ${cell(comment)} |`;
}

/** @param {Shape} shape */
function typeText(shape) {
  switch (shape.kind) {
    case "choice":
      return shape.values.map((each) => `\`${JSON.stringify(each)}\``).join(", ");
    case "list":
      return `list of ${typeText(shape.of)}`;
    case "map":
      return `map of ${typeText(shape.of)}`;
    case "object":
      return `[${shape.name}](#${anchorOf(shape.name)})`;
    case "either": {
      const list = shape.of.find(({ kind }) => kind === "list");
      const single = shape.of.filter(({ kind }) => kind !== "list");
      return `${single.map(typeText).join(", ")}${list === undefined ? "" : "; or a list of these"}`;
    }
    default:
      return shape.kind;
  }
}

const anchorOf = (name) => name.toLowerCase().replaceAll(" ", "-");

/** The names of the objects that these lead to, each once. */
function nestedOf(properties, objects) {
  const found = [];
  const visit = (shape) => {
    if (shape.kind === "list" || shape.kind === "map") visit(shape.of);
    if (shape.kind === "either") for (const each of shape.of) visit(each);
    if (shape.kind !== "object" || found.includes(shape.name)) return;
    found.push(shape.name);
    for (const property of objects.get(shape.name).properties) visit(property.shape);
  };
  for (const { shape } of properties) visit(shape);
  return found;
}

function objectSection({ name, comment, properties }, hosts) {
  const kind = / host$/.test(name) ? name.replace(/ host$/, "") : undefined;
  const host = kind === undefined ? undefined : hosts[kind];
  const text = host === undefined ? comment : `[${host.title}](../hosts/${host.page}).`;
  const rows = properties.map((one) => {
    const meaning = one.comment === "" || host !== undefined ? (host?.texts[one.name] ?? one.comment) : one.comment;
    return `| \`${one.name}\` | ${typeText(one.shape)} | ${one.required ? "yes" : "no"} | ${cell(meaning)} |`;
  });
  return `### ${name}\n\n${text}\n\n| name | type | required | meaning |\n| --- | --- | --- | --- |\n${rows.join("\n")}`;
}

function cell(text) {
  return text.replace(/\|/g, "\\|");
}
