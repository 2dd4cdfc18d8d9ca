import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../docs/markdown";

interface Pack {
  readonly manifest: { readonly name: string; readonly version: string };
  pack(folder: string): Promise<{ readonly file: string }>;
  npm(args: readonly string[], options: { readonly cwd: string }): Promise<{ readonly stdout: string }>;
}

export interface Registry {
  readonly url: string;
  close(): void;
}

/**
 * An npm registry on loopback that has this package as it would be published, so that a page's `npm install` is run as it
 * stands. It sends for every other package to the registry that npm is set to.
 */
export async function openRegistry(folder: string): Promise<Registry> {
  const { manifest, npm, pack }: Pack = await import(pathToFileURL(join(ROOT, "scripts/lib/pack.mjs")).href);
  const { file } = await pack(folder);
  const other = (await npm(["config", "get", "registry"], { cwd: ROOT })).stdout.trim().replace(/\/$/, "");
  // What is published is the manifest in the archive.
  const packed = JSON.parse(
    execFileSync("tar", ["-xzOf", file, "package/package.json"], { encoding: "utf8", maxBuffer: 1 << 24 }),
  );
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path === `/${manifest.name}`) {
      const dist = { tarball: `${url}/${manifest.name}.tgz` };
      const { version } = manifest;
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          name: manifest.name,
          "dist-tags": { latest: version },
          versions: { [version]: { ...packed, dist } },
        }),
      );
    } else if (path === `/${manifest.name}.tgz`) createReadStream(file).pipe(response);
    else response.writeHead(307, { location: `${other}${path}` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
