// docs/reference/functions.md as Markdown, from the declarations in provider/pulumi/plugin/functions.

/** @typedef {import("../schema/functions.mjs").FunctionDeclaration} FunctionDeclaration */

const HEAD = "<!-- Written by `npm run docs` from provider/pulumi/plugin/functions. -->";

const TITLE = `# Functions

The plugin \`pulumi-resource-sesdomain\` has functions that a program of any language calls. They look, and change nothing. Each is the
same code as a command of \`sesdomain\`: [the doctor](../doctor.md), [the least IAM policy](../iam-policy.md).

In a preview Pulumi does not call a function while an argument is not known yet. What is wrong with the arguments is a failure that
names the argument.

\`\`\`yaml
variables:
  policy:
    fn::invoke:
      function: sesdomain:index:getIamPolicy
      arguments:
        domains: [ses-example.com]
        regions: [us-east-1]
  status:
    fn::invoke:
      function: sesdomain:index:getVerificationStatus
      arguments:
        domain: ses-example.com
        identities: [{ region: us-east-1 }]
outputs:
  policy: \${policy.json}
  verified: \${status.verified}
\`\`\``;

/** @param {readonly FunctionDeclaration[]} functions */
export function functionsPage(functions) {
  const sections = functions.map(({ token, comment, inputs, outputs }) =>
    [
      `## ${token.split(":").at(-1)}`,
      comment,
      "Inputs:",
      table(["name", "type", "required", "default", "meaning"], Object.entries(inputs).map(inputRow)),
      "Outputs:",
      table(["name", "type", "always there", "meaning"], Object.entries(outputs).map(outputRow)),
    ].join("\n\n"),
  );
  const objects = [...objectsIn(functions).values()].map(({ object, comment, properties }) =>
    [
      `### ${object}`,
      capital(comment),
      table(["name", "type", "always there", "meaning"], Object.entries(properties).map(outputRow)),
    ].join("\n\n"),
  );
  return `${[`${HEAD}\n${TITLE}`, ...sections, "## Objects", ...objects].join("\n\n")}\n`;
}

function objectsIn(functions) {
  const found = new Map();
  const visit = (type) => {
    if (typeof type === "string") return;
    if ("list" in type) visit(type.list);
    else if (!found.has(type.object)) {
      found.set(type.object, type);
      for (const { type: inner } of Object.values(type.properties)) visit(inner);
    }
  };
  for (const { inputs, outputs } of functions) {
    for (const { type } of [...Object.values(inputs), ...Object.values(outputs)]) visit(type);
  }
  return found;
}

const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const inputRow = ([name, property]) => [
  `\`${name}\``,
  typeOf(property),
  property.required ? "yes" : "no",
  property.fallback === undefined ? "" : `\`${JSON.stringify(property.fallback)}\``,
  cell(property.comment),
];

const outputRow = ([name, property]) => [
  `\`${name}\``,
  typeOf(property),
  property.required ? "yes" : "no",
  cell(property.comment),
];

const NAMES = { text: "text", whole: "number", number: "number", boolean: "boolean" };

function typeOf({ type, choices }) {
  const named = (inner) => {
    if (typeof inner === "object") return `[${inner.object}](#${inner.object.toLowerCase()})`;
    return choices === undefined ? NAMES[inner] : choices.map((one) => `\`${JSON.stringify(one)}\``).join(", ");
  };
  return typeof type === "object" && "list" in type ? `list of ${named(type.list)}` : named(type);
}

const cell = (text) => capital(text).replaceAll("|", "\\|");

function capital(text) {
  const said = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(said) ? said : `${said}.`;
}
