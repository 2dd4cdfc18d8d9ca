// docs/_index.md and docs/installation-configuration.md: the two pages that Pulumi's registry shows of a package
// (https://www.pulumi.com/docs/iac/guides/building-extending/packages/publishing-packages/), with front matter of its own.

const head = (title, description) => `---
title: ${title}
meta_desc: ${description}
layout: package
---
<!-- Written by \`npm run docs\` from examples/ and provider/pulumi/plugin/config-keys.ts. -->

`;

/** Languages as the registry names them, and as a code block does. */
const LANGUAGES = { python: "python", go: "go", csharp: "csharp", yaml: "yaml" };

/** `examples`: the text of each language's program. */
export function indexPage(examples) {
  const choices = Object.entries(LANGUAGES).map(
    ([language, block]) =>
      `{{% choosable language ${language} %}}\n\n\`\`\`${block}\n${examples[language].trimEnd()}\n\`\`\`\n\n{{% /choosable %}}`,
  );
  return `${head("SES Domain", "Verified Amazon SES domains that are ready to send, with their DNS records.")}
A \`VerifiedDomain\` is a domain that Amazon SES has verified in every region and account that you name. Its records are at your DNS host, next to the values of
others. They are the TXT record \`_amazonses\`, and those of DKIM, MAIL FROM and DMARC where you ask for them.
\`pulumi up\` returns once every authoritative name server and
SES agree. Where a record is deleted later, a plain \`pulumi preview\` says what is gone and where, and the next \`pulumi up\` writes it again.

DNS hosts: Amazon Route 53, Cloudflare, Google Cloud DNS, PowerDNS, every server that takes RFC 2136 updates, and \`manual\`.

## Example

{{< chooser language "${Object.keys(LANGUAGES).join(",")}" >}}

${choices.join("\n\n")}

{{< /chooser >}}
`;
}

/** `keys`: `CONFIG_KEYS`. `node`: the least version. */
export function configurationPage(keys, { node, version }) {
  const rows = keys.map(({ name, type, secret, comment, env = [] }) => {
    const variables = env.length === 0 ? "" : env.map((one) => `\`${one}\``).join(", ");
    const kind = `${type}${secret ? ", secret" : ""}`;
    return `| \`sesdomain:${name}\` | ${kind} | ${cell(comment)} | ${variables} |`;
  });
  return `${head("SES Domain Installation & Configuration", "How to install the SES Domain provider for Pulumi, and how to configure it.")}
## Installation

The provider is a plugin that needs [Node.js](https://nodejs.org) ${node} or newer on \`PATH\`, and the Pulumi CLI 3.178 or newer. Its packages:

- JavaScript and TypeScript: \`pulumi-sesdomain-sdk\`
- Python: \`pulumi_sesdomain\`
- Go: \`sesdomain\`
- .NET and Java: what \`pulumi package add sesdomain\` generates
- YAML: no package

A downloaded archive is installed by one command:

<!-- needs: the plugin's archive -->
\`\`\`sh
pulumi plugin install resource sesdomain ${version} --file pulumi-resource-sesdomain-v${version}-linux-amd64.tar.gz
\`\`\`

## Credentials

AWS: the keys, the profile or the role below, then what the AWS SDK finds by itself (the environment, shared files, the machine's role). The provider reads none of the
\`aws:\` configuration of the stack: Pulumi hands a plugin the \`sesdomain:\` keys alone.

<!-- needs: a Pulumi stack -->
\`\`\`sh
pulumi config set sesdomain:region eu-west-1
pulumi config set sesdomain:profile mail
\`\`\`

The least IAM policy is what the function \`getIamPolicy\` returns, and what \`npx --package pulumi-sesdomain -- sesdomain iam-policy\` prints.

## Configuration

Each key is also an input of an explicit provider, by its name without \`sesdomain:\`. Environment variables are read where the key is not set. A key that was
rotated in the stack's config counts at once. For an explicit provider the values of the last \`up\` count in \`pulumi refresh\` and \`pulumi destroy\`.
Lists and objects are JSON in the stack's config. Do not name an explicit provider \`default\`, or with \`default_\` in front: its URN is then that of a provider that Pulumi makes itself.

| key | type | meaning | environment |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}

/** `moved`: `MOVED_KEYS`. */
export function movedTable(moved) {
  const rows = moved.map(({ from, to, secret }) => `| \`${from}\` | \`${to}\` | ${secret ? "yes" : "no"} |`);
  return `| the dynamic resource reads | the plugin reads | a secret |\n| --- | --- | --- |\n${rows.join("\n")}`;
}

function cell(text) {
  return text.replace(/\|/g, "\\|");
}
