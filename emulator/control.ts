import { z } from "zod";
import { type Fqdn, isWithin } from "../provider/core/fqdn";
import { bodies } from "./control-bodies";
import { type ControlledSes, SES_ROUTES, sesRoutes } from "./control-ses";
import type { DnsFault, FaultSwitch, HttpFault, HttpMatch } from "./faults";
import type { Ground } from "./ground";
import { openHttpServer } from "./http/listen";
import { type HttpReply, type HttpRequest, headerOf } from "./http/message";
import { hostName } from "./names";
import type { RecordKey, RecordSet, Zone, ZoneInit } from "./zones";

/** Where another process turns the emulator: JSON over HTTP, on loopback. See `docs` in the answer to `GET /`. */
export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

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
    '{"match": {"service": "ses"}, "fault": {"kind": "throttle", "times": 2}}: answers with the fault\'s id. Kinds: throttle, error (status or code), deny, reply (status and body), cut-before, cut-after, delay (delayMs), late-tags (lagMs)',
  "DELETE /faults": '{"id": "1"}; with {} all of them',
  "GET /requests": "the last HTTP requests in the order they came",
  "DELETE /counters": "{}",
};

/** `ses`: with it, the routes for SES are among the others. */
export async function openControl(ground: Ground, port = 0, ses?: ControlledSes): Promise<Control> {
  const { clock, zones, faults, requests } = ground;
  const switches = new Map<string, FaultSwitch>();
  let lastFault = 0;

  const texts: Readonly<Record<string, string>> = { ...ROUTES, ...(ses && SES_ROUTES) };
  const find = (zone: string): Zone => {
    const found = zones.get(zone) ?? zones.named(hostName(zone));
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
    routes: texts,
  });

  const own: Readonly<Record<keyof typeof ROUTES, (body: unknown) => unknown>> = {
    "GET /": state,
    "POST /clock": async (body) => {
      await clock.advance(parse<{ advanceMs: number }>(bodies.clock, body).advanceMs);
      return { now: new Date(clock.now()).toISOString() };
    },
    "POST /zones": async (body) => {
      const init = parse<ZoneInit & { name: Fqdn }>(bodies.zone, body);
      for (const { name } of init.sets ?? []) checkWithin(name, init.name);
      const zone = zones.add(init);
      try {
        await zones.settled();
      } catch (error) {
        // Its servers could not listen, so that nothing of it remains.
        zones.remove(zone.id);
        throw error;
      }
      return describe(zone);
    },
    "DELETE /zones": (body) => zones.remove(find(bodies.zoneKey.parse(body).zone).id),
    "POST /records": (body) => {
      const { zone: named, ...set } = parse<RecordSet & { zone: string }>(bodies.record, body);
      const zone = find(named);
      checkWithin(set.name, zone.name);
      zones.change(zone.id, [{ action: "put", set }]);
    },
    "DELETE /records": (body) => {
      const { zone, ...key } = parse<RecordKey & { zone: string }>(bodies.recordKey, body);
      zones.change(find(zone).id, [{ action: "delete", key }]);
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
      const { id } = bodies.faultKey.parse(body);
      if (id === undefined) faults.clear();
      else switches.get(id)?.off();
    },
    "GET /requests": () => requests.log(),
    "DELETE /counters": () => requests.reset(),
  };
  const run: Readonly<Record<string, (body: unknown) => unknown>> = {
    ...own,
    ...(ses && sesRoutes(ses, zones.settled)),
  };

  const answer = async (request: HttpRequest): Promise<HttpReply> => {
    const route = `${request.method} ${request.path}`;
    const runRoute = Object.hasOwn(run, route) ? run[route] : undefined;
    if (!runRoute) return reply(404, { error: `no ${route}`, routes: texts });
    // A page in a browser can reach loopback: under another name, or without being asked first by a plain form.
    if (!/^(127\.0\.0\.1|localhost)(:|$)/.test(headerOf(request, "host") ?? ""))
      return reply(403, { error: "ask for 127.0.0.1" });
    if (request.method !== "GET" && !isJson(headerOf(request, "content-type")))
      return reply(415, { error: "content-type must be application/json" });
    if (request.tooLarge) return reply(413, { error: "the body is too large" });
    const text = request.body.toString("utf8");
    try {
      return reply(200, await runRoute(text === "" ? {} : JSON.parse(text)));
    } catch (error) {
      return reply(400, { error: error instanceof z.ZodError ? z.prettifyError(error) : String(error) });
    }
  };
  return openHttpServer("127.0.0.1", port, answer);
}

function checkWithin(name: Fqdn, zone: Fqdn): void {
  if (!isWithin(name, zone)) throw new RangeError(`${name} does not lie in the zone ${zone}`);
}

/** Parameters such as a charset are allowed: JSON is UTF-8 (RFC 8259 section 8.1). */
function isJson(contentType: string | undefined): boolean {
  return contentType?.split(";")[0]?.trim().toLowerCase() === "application/json";
}

function reply(status: number, content: unknown): HttpReply {
  const body = `${JSON.stringify(content ?? {}, null, 2)}\n`;
  return { status, headers: { "content-type": "application/json" }, body };
}
