import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openGround } from "../../../emulator/open-ground";
import { txt } from "../../../emulator/text";
import type { RecordKey, RecordSet, Zones } from "../../../emulator/zones";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import type { RecordType } from "../../../provider/dns/record";
import { quoteText, unquoteText } from "../../../provider/dns/txt";

export const TOKEN = "not-a-token-of-example-dns";

export interface ExampleServer {
  readonly url: string;
  readonly zones: Zones;
  /** What each request awaits before it has an effect. */
  before: (() => Promise<void>) | undefined;
  /** Every request is answered with this status, or cut. */
  stand: number | "cut" | undefined;
  /** Requests so far that change something. */
  changes(): number;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly json: unknown;
}

/** The API of Example DNS over the emulator's zone store, which its name servers serve too. */
export async function openExampleServer(): Promise<ExampleServer> {
  const ground = await openGround();
  const { zones } = ground;
  let changes = 0;
  const http = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server: ExampleServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    zones,
    before: undefined,
    stand: undefined,
    changes: () => changes,
    async close() {
      http.closeAllConnections();
      http.close();
      await ground.close();
    },
  };
  return server;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    await server.before?.();
    // A caller that has gone away while it was held wants nothing more.
    if (request.socket.destroyed || server.stand === "cut") {
      request.socket.destroy();
      return;
    }
    const { status, json } = answer(request, Buffer.concat(parts).toString("utf8"));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  }

  function answer({ method, url = "/", headers }: IncomingMessage, body: string): Reply {
    if (typeof server.stand === "number") return { status: server.stand, json: { error: "as the test wants it" } };
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, json: { error: "no such token" } };
    const { pathname, searchParams } = new URL(url, server.url);
    const [, id] = /^\/zones\/([^/]+)\/records$/.exec(pathname) ?? [];
    if (pathname === "/zones") return { status: 200, json: publicZones() };
    if (id === undefined || zones.get(id) === undefined) return { status: 404, json: { error: "no such zone" } };
    if (method === "POST") return edit(id, JSON.parse(body));
    return { status: 200, json: recordsAt(id, fqdn(searchParams.get("name") ?? "")) };
  }

  /** Every record at the name, of every type. */
  function recordsAt(id: string, name: Fqdn) {
    return zones
      .view(id)
      .at(name)
      .flatMap((set) => servedValues(set).map((value) => ({ type: set.type, ttl: set.ttl, value })));
  }

  function publicZones() {
    return zones
      .list()
      .filter((zone) => zone.account !== "registry" && !zone.private)
      .map(({ id, name, servers }) => ({ id, name, servers: servers.map((each) => each.name) }));
  }

  /** `expect`: what the client has seen at the name. Where it is not so any more, nothing is changed. */
  function edit(id: string, { name, type, ttl, expect, values }: Edit): Reply {
    changes += 1;
    const there = recordsAt(id, name);
    if (JSON.stringify(there) !== JSON.stringify(expect)) return { status: 409, json: { error: "not as expected" } };
    const key: RecordKey = { name, type };
    const put = { ...key, ttl, values: values.map((one) => stored(type, one)) };
    zones.change(id, [values.length > 0 ? { action: "put", set: put } : { action: "delete", key }]);
    return { status: 200, json: { changed: true } };
  }
}

/** The API has texts as a zone file does (RFC 1035); the store escapes octets as Route 53 does. */
function servedValues(set: RecordSet | undefined): readonly string[] {
  const values = set?.values ?? [];
  return set?.type === "TXT" ? values.map((one) => quoteText(unquoteText(one, "octal"), "decimal")) : values;
}

function stored(type: RecordType, value: string): string {
  return type === "TXT" ? txt(unquoteText(value, "decimal")) : value;
}

interface Edit {
  readonly name: Fqdn;
  readonly type: RecordType;
  readonly ttl: number;
  readonly expect: readonly unknown[];
  readonly values: readonly string[];
}
