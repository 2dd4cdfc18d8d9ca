import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

type Addresses = Readonly<Record<"repository" | "publisher" | "securityContact" | "pluginDownloads", string | null>>;

interface Shown {
  readAddresses(): Addresses;
  filesWithAddresses(
    addresses: Readonly<Record<string, unknown>>,
    read: (path: string) => string,
  ): ReadonlyMap<string, string>;
}

const root = join(__dirname, "..", "..");
const shown: Promise<Shown> = import(pathToFileURL(join(root, "scripts", "lib", "addresses.mjs")).href);
const read = (path: string) => readFileSync(join(root, path), "utf8");

const NONE: Addresses = { repository: null, publisher: null, securityContact: null, pluginDownloads: null };
const ALL: Addresses = {
  repository: "https://git.example.com/team/sesdomain",
  publisher: "Example Ltd <ses@example.com>",
  securityContact: "https://example.com/security",
  pluginDownloads: "https://example.com/downloads",
};

describe("the addresses of addresses.json", () => {
  it("stand where they are shown (`npm run docs` writes them)", async () => {
    const { filesWithAddresses, readAddresses } = await shown;
    for (const [path, text] of filesWithAddresses(readAddresses(), read)) assert.equal(read(path), text, path);
  });

  it("are shown once they are set, and nowhere before", async () => {
    const { filesWithAddresses } = await shown;
    const set = filesWithAddresses(ALL, read);
    const manifest = JSON.parse(set.get("package.json") ?? "");
    assert.deepEqual(
      [manifest.repository, manifest.homepage, manifest.bugs, manifest.author],
      [
        { type: "git", url: "git+https://git.example.com/team/sesdomain.git" },
        "https://git.example.com/team/sesdomain#readme",
        { url: "https://git.example.com/team/sesdomain/issues" },
        "Example Ltd <ses@example.com>",
      ],
    );
    assert.ok(set.get("SECURITY.md")?.includes("<https://example.com/security>"));
    assert.ok(set.get(".github/ISSUE_TEMPLATE/config.yml")?.includes("url: https://example.com/security\n"));

    const unset = filesWithAddresses(NONE, (path) => set.get(path) ?? read(path));
    const bare = JSON.parse(unset.get("package.json") ?? "");
    for (const field of ["repository", "homepage", "bugs", "author"]) assert.ok(!(field in bare), field);
    for (const [path, text] of unset) assert.doesNotMatch(text, /git\.example\.com|example\.com\/security/, path);
    // Set and unset again, everything else is as it was.
    const again = filesWithAddresses(ALL, (path) => unset.get(path) ?? "");
    assert.deepEqual([...again], [...set]);
  });

  it("keep a mail address out of the form for issues, which takes pages only", async () => {
    const { filesWithAddresses } = await shown;
    const files = filesWithAddresses({ ...NONE, securityContact: "security@example.com" }, read);
    assert.ok(files.get("SECURITY.md")?.includes("<security@example.com>"));
    assert.doesNotMatch(files.get(".github/ISSUE_TEMPLATE/config.yml") ?? "", /contact_links/);
  });

  it("are refused where they are none", async () => {
    const { filesWithAddresses } = await shown;
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      repository: [
        "git.example.com",
        "http://example.com/a",
        "https://example.com/a.git",
        "https://example.com/a/",
        "",
      ],
      publisher: ["", " ", 7],
      securityContact: ["", "example.com", "http://example.com", "https://user@example.com"],
      pluginDownloads: ["", "ftp://example.com", undefined],
      homePage: [null],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const message = new RegExp(`^addresses\\.json: ${name}: [^;]*$`);
        assert.throws(() => filesWithAddresses({ ...ALL, [name]: value }, read), { message }, `${name} ${value}`);
      }
    }
  });
});
