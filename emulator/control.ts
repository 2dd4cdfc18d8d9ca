import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { fqdn } from "../provider/core/fqdn";
import type { DnsFault, FaultSwitch, HttpFault, HttpMatch } from "./faults";
import type { Ground } from "./ground";
import type { RecordKey, RecordSet, Zone, ZoneInit } from "./zones";

/** Where another process turns the emulator: JSON over HTTP, on loopback. See `docs` in the answer to `GET /`. */
export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

const server = z.object({ name: z.string(), addresses: z.array(z.string()) });
const set = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.number().int().min(0).default(300),
  values: z.array(z.string()).min(1),
});
const bodies = {
  clock: z.strictObject({ advanceMs: z.number().min(0) }),
  zone: z.strictObject({
    name: z.string(),
    account: z.string().optional(),
    private: z.boolean().optional(),
    id: z.string().optional(),
    servers: z.array(server).optional(),
    delegated: z.union([z.boolean(), z.array(server)]).optional(),
    sets: z.array(set).optional(),
  }),
  record: set.extend({ zone: z.string() }),
  key: z.strictObject({ zone: z.string(), name: z.string(), type: z.string(), setIdentifier: z.string().optional() }),
  dnsFault: z.strictObject({
    target: z.string(),
    fault: z.strictObject({
      lagMs: z.union([z.number(), z.literal("frozen")]).optional(),
      silent: z.enum(["udp", "tcp", "both"]).optional(),
      lame: z.enum(["REFUSED", "SERVFAIL", "no-aa", "recursive"]).optional(),
      truncate: z.boolean().optional(),
      refuseTcp: z.boolean().optional(),
      edns: z.enum(["FORMERR", "drop"]).optional(),
      lie: z.strictObject({ type: z.string(), name: z.string().optional(), values: z.array(z.string()) }).optional(),
      mismatch: z.enum(["id", "question"]).optional(),
      latencyMs: z.number().optional(),
      within: z.string().optional(),
    }),
  }),
  httpFault: z.strictObject({
    match: z.strictObject({
      service: z.string().optional(),
      action: z.string().optional(),
      region: z.string().optional(),
      account: z.string().optional(),
      host: z.string().optional(),
    }),
    fault: z.strictObject({
      kind: z.enum(["throttle", "error", "cut-before", "cut-after", "deny", "delay", "reply", "late-tags"]),
      times: z.number().int().positive().optional(),
      status: z.number().int().min(200).max(599).optional(),
      code: z.string().regex(/^\w+$/).optional(),
      message: z.string().optional(),
      body: z.string().optional(),
      contentType: z
        .string()
        .regex(/^[\x20-\x7e]+$/)
        .optional(),
      afterEffect: z.boolean().optional(),
      delayMs: z.number().optional(),
      lagMs: z.union([z.number(), z.literal("frozen")]).optional(),
    }),
  }),
};

/** JSON has no undefined members: what zod types as `undefined` is absent, as T wants it. */
function parse<T>(schema: z.ZodType, body: unknown): T {
  return schema.parse(body) as T;
}

const ROUTES = {
  "GET /": "the clock, the zones and the counters",
  "POST /clock": '{"advanceMs": 3600000}',
  "POST /zones":
    '{"name": "example.com", "sets": [{"name": "example.com", "type": "TXT", "values": ["\\"v=spf1 -all\\""]}]}',
  "DELETE /zones": '{"zone": "example.com or its id"}',
  "POST /records":
    '{"zone": "example.com", "name": "_amazonses.example.com", "type": "TXT", "ttl": 300, "values": ["\\"token\\""]}: puts the set',
  "DELETE /records": '{"zone": "example.com", "name": "_amazonses.example.com", "type": "TXT"}',
  "POST /faults/dns": '{"target": "server, address or *", "fault": {"silent": "udp"}}: answers with the fault\'s id',
  "POST /faults/http":
    '{"match": {"service": "ses"}, "fault": {"kind": "throttle", "times": 2}}: answers with the fault\'s id',
  "DELETE /faults": '{"id": "1"}; with {} all of them',
  "DELETE /counters": "{}",
};

const LARGEST_BODY = 1 << 20;

export async function openControl(ground: Ground, port = 0): Promise<Control> {
  const { clock, zones, faults, requests } = ground;
  const switches = new Map<string, FaultSwitch>();
  let lastFault = 0;

  const find = (zone: string): Zone => {
    const found = zones.get(zone) ?? zones.named(fqdn(zone));
    if (!found) throw new RangeError(`there is no zone ${zone}`);
    return found;
  };
  const describe = (zone: Zone) => ({ ...zone, sets: zones.view(zone.id).all() });
  const keep = (fault: FaultSwitch) => {
    lastFault += 1;
    switches.set(String(lastFault), fault);
    return { id: String(lastFault) };
  };
  const state = () => ({
    now: new Date(clock.now()).toISOString(),
    zones: zones
      .list()
      .filter((zone) => zone.account !== "registry")
      .map(describe),
    counts: requests.counts(),
    routes: ROUTES,
  });

  const run: Readonly<Record<keyof typeof ROUTES, (body: unknown) => unknown>> = {
    "GET /": state,
    "POST /clock": async (body) => {
      await clock.advance(parse<{ advanceMs: number }>(bodies.clock, body).advanceMs);
      return { now: new Date(clock.now()).toISOString() };
    },
    "POST /zones": async (body) => {
      const { sets, ...init } = parse<ZoneInit>(bodies.zone, body);
      const zone = zones.add({ ...init, ...(sets && { sets: sets.map((one) => ({ ...one, name: fqdn(one.name) })) }) });
      await zones.settled();
      return describe(zone);
    },
    "DELETE /zones": (body) => zones.remove(find(z.strictObject({ zone: z.string() }).parse(body).zone).id),
    "POST /records": (body) => {
      const { zone, ...record } = parse<RecordSet & { zone: string }>(bodies.record, body);
      zones.change(find(zone).id, [{ action: "put", set: { ...record, name: fqdn(record.name) } }]);
    },
    "DELETE /records": (body) => {
      const { zone, ...key } = parse<RecordKey & { zone: string }>(bodies.key, body);
      zones.change(find(zone).id, [{ action: "delete", key: { ...key, name: fqdn(key.name) } }]);
    },
    "POST /faults/dns": (body) => {
      const { target, fault } = parse<{ target: string; fault: DnsFault }>(bodies.dnsFault, body);
      return keep(faults.dns(target, fault));
    },
    "POST /faults/http": (body) => {
      const { match, fault } = parse<{ match: HttpMatch; fault: HttpFault }>(bodies.httpFault, body);
      return keep(faults.http(match, fault));
    },
    "DELETE /faults": (body) => {
      const { id } = z.strictObject({ id: z.string().optional() }).parse(body);
      if (id === undefined) faults.clear();
      else switches.get(id)?.off();
    },
    "DELETE /counters": () => requests.reset(),
  };

  const endpoint = createServer(async (incoming, outgoing) => {
    const reply = (status: number, content: unknown) => {
      outgoing.writeHead(status, { "content-type": "application/json" });
      outgoing.end(`${JSON.stringify(content ?? {}, null, 2)}\n`);
    };
    try {
      const route = `${incoming.method} ${incoming.url}` as keyof typeof ROUTES;
      if (!Object.hasOwn(run, route)) return reply(404, { error: `no ${route}`, routes: ROUTES });
      // A page in a browser can reach loopback: under another name, or without being asked first by a plain form.
      if (!/^(127\.0\.0\.1|localhost)(:|$)/.test(incoming.headers.host ?? ""))
        return reply(403, { error: "ask for 127.0.0.1" });
      if (incoming.method !== "GET" && incoming.headers["content-type"] !== "application/json")
        return reply(415, { error: "content-type must be application/json" });
      return reply(200, await run[route](await readJson(incoming)));
    } catch (error) {
      return reply(400, { error: error instanceof z.ZodError ? z.prettifyError(error) : String(error) });
    }
  });
  await new Promise<void>((resolve, reject) => {
    endpoint.once("error", reject);
    endpoint.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`,
    async close() {
      endpoint.closeAllConnections();
      await new Promise((resolve) => endpoint.close(resolve));
    },
  };
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) {
    text += chunk;
    if (text.length > LARGEST_BODY) throw new RangeError("the body is too large");
  }
  return text === "" ? {} : JSON.parse(text);
}
