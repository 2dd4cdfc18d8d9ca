import assert from "node:assert/strict";
import { faultsOf } from "../support/docs/compile";
import { allBlocks, blocksOf, placeOf } from "../support/docs/markdown";

const PAGE = `
<!-- context
import type { DnsArgs } from "pulumi-sesdomain";
export const args: { dns: DnsArgs } = {
…
};
-->
\`\`\`ts
dns: { kind: "route53" },
\`\`\`

\`\`\`ts
dns: { kind: "route53" },
\`\`\`

\`\`\`ts
import { VerifiedDomain } from "pulumi-sesdomain";
new VerifiedDomain("mail", { domain: "ses-example.com", dns: { kind: "route35" } });
\`\`\`
`;

/** Against the types that a program sees. A fragment says in a comment above it which lines it leaves out. */
describe("the TypeScript in the pages", function () {
  this.timeout(120_000);
  // A region of a file is compiled as the file.
  const blocks = allBlocks().filter(({ language, marks }) => language === "ts" && marks.source === undefined);
  const made = blocksOf("made.md", PAGE);
  let faults: ReadonlyMap<string, readonly string[]>;
  before(() => {
    faults = faultsOf([...blocks, ...made]);
  });

  for (const block of blocks) {
    it(`compiles: ${placeOf(block)}`, () => assert.deepEqual(faults.get(placeOf(block)) ?? [], []));
  }

  it("would be refused as a fragment without its lines, and with a value that there is not", () => {
    assert.deepEqual(
      made.map((block) => faults.has(placeOf(block))),
      [false, true, true],
    );
  });
});
