// Where the addresses of addresses.json are shown. One that is not set yet is shown nowhere. `npm run docs` writes them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/**
 * `repository`: `https://…`, without `.git`. `publisher`: a name, or a name with an address in angle brackets. `securityContact`:
 * a mail address, or an https page for private reports. `pluginDownloads`: an https page below which the archives of the plugin
 * lie, for its schema.
 *
 * @typedef {{ repository: string | null, publisher: string | null, securityContact: string | null, pluginDownloads: string | null }} Addresses
 */

/** @returns {Addresses} */
export function readAddresses() {
  return JSON.parse(readFileSync(join(root, "addresses.json"), "utf8"));
}

const MANIFEST_FIELDS = ["repository", "homepage", "bugs", "author"];

/**
 * What is wrong with an address, by its name.
 *
 * @param {Readonly<Record<string, unknown>>} addresses
 * @returns {string[]}
 */
function addressFaults(addresses) {
  const rules = {
    repository: /^https:\/\/[^\s@]+[^\s/]$(?<!\.git)/,
    publisher: /^\S.*\S$/,
    securityContact: /^(https:\/\/[^\s@]+|[^\s@/:]+@[^\s@/:]+)$/,
    pluginDownloads: /^(https|github):\/\/[^\s@]+$/,
  };
  const unknown = Object.keys(addresses).filter((name) => !Object.hasOwn(rules, name));
  const wrong = Object.entries(rules).filter(([name, rule]) => {
    const value = addresses[name];
    return value !== null && !(typeof value === "string" && rule.test(value));
  });
  return [...unknown.map((name) => `${name}: no such address`), ...wrong.map(([name]) => `${name}: not an address`)];
}

/**
 * Each file that shows addresses, with those of `addresses` in it. `read` gives the file as it is.
 *
 * @param {Addresses} addresses
 * @param {(path: string) => string} read
 * @returns {ReadonlyMap<string, string>}
 */
export function filesWithAddresses(addresses, read) {
  const faults = addressFaults(addresses);
  if (faults.length > 0) throw new Error(`addresses.json: ${faults.join("; ")}`);
  return new Map([
    ["package.json", withManifestFields(read("package.json"), addresses)],
    ["SECURITY.md", withSecurityContact(read("SECURITY.md"), addresses)],
    [".github/ISSUE_TEMPLATE/config.yml", issueConfig(addresses)],
  ]);
}

/** The fields follow `license`, in this order. */
function withManifestFields(text, { repository, publisher }) {
  const own = {
    ...(repository && {
      repository: { type: "git", url: `git+${repository}.git` },
      homepage: `${repository}#readme`,
      bugs: { url: `${repository}/issues` },
    }),
    ...(publisher && { author: publisher }),
  };
  const entries = Object.entries(JSON.parse(text))
    .filter(([name]) => !MANIFEST_FIELDS.includes(name))
    .flatMap((entry) => (entry[0] === "license" ? [entry, ...Object.entries(own)] : [entry]));
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`;
}

const CONTACT = /(?<=<!-- security contact: npm run docs -->\n).*?(?=\n<!-- end of the security contact -->)/s;

function withSecurityContact(text, { securityContact }) {
  if (!CONTACT.test(text)) throw new Error("SECURITY.md has no place for the security contact");
  const said =
    securityContact === null
      ? `No address for private reports is set yet; it will be added here. Until then, write nothing that helps an attacker in public issues. Say there only that
there is something to report. Omit every key, token, state file and log.`
      : `Report it to <${securityContact}>, and not in a public issue. Omit every key, token, state file and log.`;
  return text.replace(CONTACT, () => said);
}

function issueConfig({ securityContact }) {
  // GitHub takes only addresses of pages here.
  if (!securityContact?.startsWith("https:")) return "blank_issues_enabled: true\n";
  return `blank_issues_enabled: true
contact_links:
  - name: A vulnerability
    url: ${securityContact}
    about: Reported in private. See SECURITY.md.
`;
}
