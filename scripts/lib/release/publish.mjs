// Publishes the npm packages of a release. What an earlier attempt has published is skipped, so that a release can be repeated.

/**
 * @param {readonly { path: string, name: string }[]} packages in order
 * @param {string} version
 * @param {{
 *   npm: (args: readonly string[]) => Promise<{ stdout: string }>,
 *   skipped: (name: string) => void,
 *   during: (what: string, work: () => Promise<unknown>) => Promise<unknown>,
 * }} tools `npm` throws with what it printed where it fails
 */
export async function publishPackages(packages, version, { npm, skipped, during }) {
  for (const { path, name } of packages) {
    if (await isPublished(npm, name, version)) skipped(name);
    else
      await during(`publishing ${name}@${version}`, () => npm(["publish", path, "--provenance", "--access", "public"]));
  }
}

/** npm prints nothing for a version that a package does not have, and fails with E404 for a name that it does not have. */
async function isPublished(npm, name, version) {
  try {
    const { stdout } = await npm(["view", `${name}@${version}`, "version"]);
    return stdout.trim() === version;
  } catch (error) {
    if (/\bE404\b/.test(error.message)) return false;
    throw error;
  }
}
