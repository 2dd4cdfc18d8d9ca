import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { VerifiedDomain } from "../../../provider";
import type { EngineWorld } from "./world";

const root = join(__dirname, "..", "..", "..");
const NAME = "pulumi-sesdomain";

/** As pnpm lays out a workspace: the stack's folder sees the library, the library sees us, in a store whose paths hold versions. */
export async function openLibrary(world: EngineWorld) {
  const stack = await world.open({ program: async () => void fromLibrary() });

  const at = (path: string) => join(stack.workDir, path);
  function put(path: string, content: unknown): void {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), typeof content === "string" ? content : JSON.stringify(content));
  }

  /** A copy of the package that leaves a mark when its host is loaded. */
  function install(version: string): void {
    const folder = `packages/store/${NAME}@${version}/node_modules/${NAME}`;
    cpSync(join(root, "dist", "provider"), at(`${folder}/dist/provider`), { recursive: true });
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;
    put(`${folder}/package.json`, { ...manifest, version });
    const mark = `\nrequire("node:fs").writeFileSync(${JSON.stringify(at(`loaded-${version}`))}, "");\n`;
    appendFileSync(at(`${folder}/dist/provider/pulumi/dynamic/dynamic.js`), mark);
    mkdirSync(at("packages/mail/node_modules"), { recursive: true });
    rmSync(at(`packages/mail/node_modules/${NAME}`), { force: true });
    symlinkSync(at(folder), at(`packages/mail/node_modules/${NAME}`), "junction");
  }

  /** The program's folder is the stack's, as where the command line runs a program. */
  function fromLibrary(): void {
    const before = process.cwd();
    process.chdir(stack.workDir);
    try {
      const { VerifiedDomain: OfLibrary } = require(
        realpathSync(at(`packages/mail/node_modules/${NAME}/dist/provider/index.js`)),
      ) as {
        VerifiedDomain: typeof VerifiedDomain;
      };
      new OfLibrary("mail", {
        domain: "ses-example.com",
        identities: [{ region: "us-east-1" }],
        dns: { kind: "route53" },
      });
    } finally {
      process.chdir(before);
    }
  }

  put("package.json", { name: "stack", private: true, dependencies: { "@example/mail": "workspace:*" } });
  put("packages/mail/package.json", { name: "@example/mail", dependencies: { [NAME]: "*" } });
  put("node_modules/@example/mail/placeholder", {});
  rmSync(at("node_modules/@example/mail"), { recursive: true });
  symlinkSync(at("packages/mail"), at("node_modules/@example/mail"), "junction");
  return { stack, at, install };
}

export type Library = Awaited<ReturnType<typeof openLibrary>>;
