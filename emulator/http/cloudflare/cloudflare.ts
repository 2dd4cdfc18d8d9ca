import type { Ground } from "../../ground";
import type { Zone } from "../../zones";
import type { Endpoint } from "../cloud";
import type { AwsError } from "../errors";
import { type HttpReply, type HttpRequest, queryOf, segmentsOf } from "../message";
import {
  authenticationError,
  collection,
  failed,
  invalidToken,
  limited,
  noRoute,
  outOfReach,
  Refusal,
  refusal,
  single,
} from "./envelope";
import { filtered, filtersOf, LISTED, narrowed, ordered, pageOf, refuseOthers } from "./filters";
import { recordOf } from "./input";
import { openLimit } from "./limit";
import { openRecords, showRecord } from "./records";
import { changeSettings, showSettings } from "./settings";
import { bearerOf, openTokens, type Permission, permits, type TokenOptions, type Tokens } from "./tokens";
import { idOf, isOfAccount, showZone, zonesWithin } from "./zones";

/** How Cloudflare's API is to behave. */
export interface CloudflareOptions {
  /** Default: `DEFAULT_TOKEN`, of account "000000000000". */
  readonly tokens?: readonly TokenOptions[];
  /** Whether an account has a limit. Default true. */
  readonly rateLimits?: boolean;
  /** The limit: requests in five minutes. Default 1,200. */
  readonly limit?: number;
}

/** Cloudflare's API, version 4, for zones and DNS records, over the zone store. */
export interface CloudflareApi extends Endpoint {
  /** The API tokens, and what each may do. */
  readonly tokens: Tokens;
  /** Whether requests are throttled. May be changed at any time. */
  rateLimits: boolean;
  /** What Cloudflare's tools read, for an endpoint at `url`. */
  environment(url: string): Readonly<Record<string, string>>;
}

export const DEFAULT_TOKEN = "not-a-token-000000000000";
export const BASE_PATH = "/client/v4";

interface RouteRequest {
  readonly request: HttpRequest;
  readonly token: TokenOptions;
  readonly zone: Zone | undefined;
  readonly recordId: string;
}

interface Route {
  readonly action: string;
  readonly method: string;
  /** Segments below the base path; `*` is any. */
  readonly path: string;
  run(question: RouteRequest): HttpReply;
}

/** The documents say 5 at least; the service takes less, which certbot relies on. */
const ZONE_PAGES = { default: 20, least: 1, most: 50 };
const ZONE_FILTERS = ["name", "status"];
const RECORD_FILTERS = ["name", "content", "comment"];
/** What the actions read of a request's address; others read nothing. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  ListZones: [...LISTED, "account.id", "account.name", ...ZONE_FILTERS.flatMap(filtersOf)],
  ListRecords: [
    ...[...LISTED, "type", "proxied", "search", "comment.present", "comment.absent"],
    ...RECORD_FILTERS.flatMap(filtersOf),
  ],
  ListPageRules: [...LISTED, "status"],
};
const RECORD_PAGES = { default: 100, least: 1, most: 5_000_000 };

export function openCloudflare({ zones, clock }: Ground, options: CloudflareOptions = {}): CloudflareApi {
  const tokens = openTokens(options.tokens ?? [{ token: DEFAULT_TOKEN, account: "000000000000" }]);
  const records = openRecords(zones, () => clock.now());
  const limit = openLimit(() => clock.now(), options.limit ?? 1_200);

  const zoneOf = ({ zone }: RouteRequest): Zone => {
    if (!zone) throw refusal(404, 1001, "Invalid zone identifier");
    return zone;
  };
  const allow = (question: RouteRequest, permission: Exclude<Permission, "zone:read">) => {
    if (!permits(question.token, permission)) throw authenticationError();
    return zoneOf(question);
  };

  const routes: readonly Route[] = [
    {
      action: "VerifyToken",
      method: "GET",
      path: "user/tokens/verify",
      run: () => single({ id: "0".repeat(32), status: "active" }),
    },
    {
      action: "ListZones",
      method: "GET",
      path: "zones",
      run({ request, token }) {
        const { page, perPage } = pageOf(request, ZONE_PAGES);
        const own = permits(token, "zone:read") ? zonesWithin(zones, token) : [];
        const shown = own.filter((zone) => isOfAccount(zone, request)).map((zone) => showZone(zone, token));
        return collection(ordered(filtered(shown, request, ZONE_FILTERS), request), page, perPage);
      },
    },
    {
      action: "GetZone",
      method: "GET",
      path: "zones/*",
      run(question) {
        if (!permits(question.token, "zone:read")) throw outOfReach();
        return single(showZone(zoneOf(question), question.token));
      },
    },
    {
      // The emulator has none; tools ask for them without being told to.
      action: "ListPageRules",
      method: "GET",
      path: "zones/*/pagerules",
      run(question) {
        zoneOf(question);
        return single([]);
      },
    },
    {
      action: "GetDnsSettings",
      method: "GET",
      path: "zones/*/dns_settings",
      run: (question) => single(showSettings(allow(question, "settings:read"))),
    },
    {
      action: "EditDnsSettings",
      method: "PATCH",
      path: "zones/*/dns_settings",
      run(question) {
        const zone = allow(question, "settings:edit");
        changeSettings(zone, question.request);
        records.serve(zone);
        return single(showSettings(zone));
      },
    },
    {
      action: "ListRecords",
      method: "GET",
      path: "zones/*/dns_records",
      run(question) {
        const { request } = question;
        const { page, perPage } = pageOf(request, RECORD_PAGES);
        const type = queryOf(request, "type");
        const all = records
          .list(allow(question, "dns:read"))
          .filter(({ set }) => type === undefined || set.type === type);
        const shown = filtered(narrowed(all.map(showRecord), request), request, RECORD_FILTERS);
        return collection(ordered(shown, request), page, perPage);
      },
    },
    {
      action: "CreateRecord",
      method: "POST",
      path: "zones/*/dns_records",
      run: (question) => single(showRecord(records.create(allow(question, "dns:edit"), recordOf(question.request)))),
    },
    {
      action: "GetRecord",
      method: "GET",
      path: "zones/*/dns_records/*",
      run: (question) => single(showRecord(records.find(allow(question, "dns:read"), question.recordId))),
    },
    ...(["PUT", "PATCH"] as const).map((method) => ({
      action: "UpdateRecord",
      method,
      path: "zones/*/dns_records/*",
      run(question: RouteRequest) {
        const zone = allow(question, "dns:edit");
        const before = method === "PATCH" ? showRecord(records.find(zone, question.recordId)) : {};
        return single(showRecord(records.update(zone, question.recordId, recordOf(question.request, before))));
      },
    })),
    {
      action: "DeleteRecord",
      method: "DELETE",
      path: "zones/*/dns_records/*",
      run(question) {
        records.delete(allow(question, "dns:edit"), question.recordId);
        return single({ id: question.recordId });
      },
    },
  ];

  const answer = (request: HttpRequest, route: Route | undefined): HttpReply => {
    const [, , , zoneId = "", , recordId = ""] = segmentsOf(request.path);
    const token = tokens.find(bearerOf(request));
    if (!token) throw route?.path.includes("dns_records") ? authenticationError() : invalidToken();
    const waitSeconds = api.rateLimits ? limit.refusedForSeconds(token.account) : 0;
    if (waitSeconds > 0) return failed(limited(), { "retry-after": String(waitSeconds) });
    if (!route || (zoneId !== "" && route.path !== "user/tokens/verify" && !/^[0-9a-f]{32}$/.test(zoneId)))
      throw noRoute(request.path);
    const zone = zonesWithin(zones, token).find((one) => idOf(one) === zoneId);
    refuseOthers(request, PARAMETERS[route.action] ?? []);
    return route.run({ request, token, zone, recordId });
  };

  const api: CloudflareApi = {
    name: "cloudflare",
    dialect: { kind: "own", reply: wordFault },
    tokens,
    rateLimits: options.rateLimits ?? true,
    environment: (url) => ({ CLOUDFLARE_BASE_URL: url + BASE_PATH, CLOUDFLARE_API_TOKEN: DEFAULT_TOKEN }),
    accepts: (request) => request.path.startsWith(`${BASE_PATH}/`),
    operation(request) {
      const path = segmentsOf(request.path).slice(2);
      const route = routes.find((one) => one.method === request.method && fits(one.path.split("/"), path));
      const held = /^Bearer ([\w-]+)$/.exec(String(request.headers.authorization))?.[1];
      return {
        action: route?.action ?? "Unknown",
        account: tokens.find(held)?.account ?? "",
        async run() {
          try {
            return answer(request, route);
          } catch (error) {
            if (error instanceof Refusal) return failed(error);
            throw error;
          }
        },
      };
    },
  };
  return api;
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((part, at) => part === "*" || part === path[at]);
}

/** The faults that can be switched on, as Cloudflare words them. */
function wordFault({ code, status }: AwsError): HttpReply {
  if (code === "Throttling") return failed(limited());
  if (code === "AccessDenied") return failed(authenticationError());
  return failed(refusal(status, 10_000, "Internal error. Please try again later."));
}
