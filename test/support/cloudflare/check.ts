import type { z } from "zod";
import type { Endpoint } from "../../../emulator/http/cloud";
import type { HttpReply, HttpRequest } from "../../../emulator/http/message";
import {
  collection,
  deleted,
  dnsSettings,
  dnsSettingsPatch,
  failure,
  record,
  recordPatch,
  recordRequest,
  recordsQuery,
  single,
  verified,
  zone,
  zonesQuery,
} from "./shapes";

interface Shapes {
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
}

/** By method and path below the base path. */
const SHAPES: readonly (readonly [method: string, path: RegExp, shapes: Shapes])[] = [
  ["GET", /^user\/tokens\/verify$/, { answer: single(verified) }],
  ["GET", /^zones$/, { query: zonesQuery, answer: collection(zone) }],
  ["GET", /^zones\/\w+$/, { answer: single(zone) }],
  ["GET", /^zones\/\w+\/dns_settings$/, { answer: single(dnsSettings) }],
  ["PATCH", /^zones\/\w+\/dns_settings$/, { body: dnsSettingsPatch, answer: single(dnsSettings) }],
  ["GET", /^zones\/\w+\/dns_records$/, { query: recordsQuery, answer: collection(record) }],
  ["POST", /^zones\/\w+\/dns_records$/, { body: recordRequest, answer: single(record) }],
  ["GET", /^zones\/\w+\/dns_records\/\w+$/, { answer: single(record) }],
  ["PUT", /^zones\/\w+\/dns_records\/\w+$/, { body: recordRequest, answer: single(record) }],
  ["PATCH", /^zones\/\w+\/dns_records\/\w+$/, { body: recordPatch, answer: single(record) }],
  ["DELETE", /^zones\/\w+\/dns_records\/\w+$/, { answer: single(deleted) }],
];

/** An endpoint whose traffic is held to Cloudflare's description. */
export interface CheckedEndpoint {
  readonly endpoint: Endpoint;
  /** What departed from it, in words. */
  readonly departures: readonly string[];
}

/** Every answer is looked at, and every request that was granted: one that was refused may be wrong. */
export function checkedCloudflare(endpoint: Endpoint, basePath: string): CheckedEndpoint {
  const departures: string[] = [];
  const hold = (shape: z.ZodType, value: unknown, what: string) => {
    const { error } = shape.safeParse(value);
    for (const { path, message } of error?.issues ?? []) departures.push(`${what}: ${path.join(".")}: ${message}`);
  };
  const look = (request: HttpRequest, reply: HttpReply) => {
    const { method } = request;
    const path = request.path.slice(basePath.length + 1);
    const answer: unknown = JSON.parse(reply.body);
    if (reply.status >= 300) return hold(failure, answer, `answer ${reply.status} to ${method} ${path}`);
    const shapes = SHAPES.find(([verb, pattern]) => verb === method && pattern.test(path))?.[2];
    if (shapes === undefined) {
      departures.push(`${method} ${path}: not in the description`);
      return;
    }
    hold(shapes.answer, answer, `answer to ${method} ${path}`);
    if (shapes.query) hold(shapes.query, Object.fromEntries(request.query), `query of ${method} ${path}`);
    else if (request.query.length > 0) departures.push(`query of ${method} ${path}: it has none`);
    if (shapes.body) hold(shapes.body, JSON.parse(request.body.toString("utf8")), `body of ${method} ${path}`);
  };
  return {
    departures,
    endpoint: {
      ...endpoint,
      operation(request) {
        const operation = endpoint.operation(request);
        return {
          ...operation,
          async run() {
            const reply = await operation.run();
            look(request, reply);
            return reply;
          },
        };
      },
    },
  };
}
