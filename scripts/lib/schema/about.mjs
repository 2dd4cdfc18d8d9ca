// What the schema says of the package itself. Addresses come from addresses.json: one that is not set yet is shown nowhere.

const DISPLAY_NAME = "SES Domain";
/** Words by which Pulumi's registry files a package (Pulumi docs, "Publishing packages"). */
const REGISTRY_KEYWORDS = ["category/cloud", "kind/native"];

/**
 * @param {{ version: string, description: string, keywords: readonly string[], license: string }} manifest package.json
 * @param {import("../addresses.mjs").Addresses} addresses
 */
export function aboutPackage({ version, description, keywords, license }, addresses) {
  const { repository, publisher, pluginDownloads } = addresses;
  return {
    name: "sesdomain",
    displayName: DISPLAY_NAME,
    version,
    description,
    keywords: [...keywords, ...REGISTRY_KEYWORDS],
    ...(repository !== null && { homepage: repository }),
    license,
    ...(repository !== null && { repository }),
    ...(publisher !== null && { publisher: publisher.replace(/\s*<[^>]*>$/, "") }),
    ...(pluginDownloads !== null && { pluginDownloadURL: pluginDownloads }),
    meta: { moduleFormat: "(.*)" },
  };
}

/** Names of the generated packages. Until the repository has an address they are of no organisation. */
export function languages({ repository }) {
  const place = repository === null ? "pulumi-sesdomain" : repository.replace(/^https:\/\//, "");
  return {
    nodejs: { packageName: "pulumi-sesdomain-sdk", respectSchemaVersion: true },
    python: { packageName: "pulumi_sesdomain", respectSchemaVersion: true, pyproject: { enabled: true } },
    go: {
      importBasePath: `${place}/sdk/go/sesdomain`,
      generateResourceContainerTypes: true,
      respectSchemaVersion: true,
    },
    csharp: {
      rootNamespace: "PulumiSesdomain",
      namespaces: { index: "Index", sesdomain: "Sesdomain" },
      respectSchemaVersion: true,
    },
    java: { basePackage: "pulumi" },
  };
}
