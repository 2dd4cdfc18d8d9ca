import type { Ground } from "../../ground";
import { parseHostName } from "../../names";
import type { Change, Zone } from "../../zones";
import type { Endpoint } from "../cloud";
import type { AwsError } from "../errors";
import { type HttpReply, type HttpRequest, queryOf, segmentsOf } from "../message";
import { judgeChange, showSet, type WireChange, wireChange } from "./changes";
import { authorize, bearerOf, type GoogleTokenOptions, type GoogleTokens, openTokens, type Permission } from "./grants";
import { forbidden, invalid, json, limited, notFound, Refusal, refused } from "./replies";
import { nameOf, numberOf, showZone } from "./zones";

/** How Google Cloud DNS is to behave. */
export interface GoogleDnsOptions {
  /** The account of the zone store for each project. Default: `DEFAULT_PROJECT`, of account "000000000000". */
  readonly projects?: Readonly<Record<string, string>>;
  /** Default: `DEFAULT_TOKEN`, of `DEFAULT_PROJECT`. */
  readonly tokens?: readonly GoogleTokenOptions[];
  /** Quota of values in a record set. Default 100. */
  readonly valuesPerSet?: number;
  /** Entries of a page where the request names no number. Default 100. */
  readonly page?: number;
}

/** Cloud DNS's API, version 1, for managed zones, record sets and changes, over the zone store. */
export interface GoogleDnsApi extends Endpoint {
  /** The access tokens, and what each may do. */
  readonly tokens: GoogleTokens;
  /** How often a change is still pending when it is asked for. Default 1. */
  pendingLooks: number;
  /** What Google's tools and Pulumi's provider read, for an endpoint at `url`. */
  environment(url: string): Readonly<Record<string, string>>;
}

/** What every call may bring, and nothing here depends on (cloud.google.com/apis/docs/system-parameters). */
const SYSTEM_PARAMETERS = ["alt", "fields", "key", "prettyPrint", "quotaUser", "clientOperationId"];
/** What the actions read of a request's address. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  ListManagedZones: ["dnsName", "maxResults", "pageToken"],
  ListRecordSets: ["name", "type", "maxResults", "pageToken"],
};

export const DEFAULT_TOKEN = "not-a-token-google-000000000000";
export const DEFAULT_PROJECT = "emulated-project";
export const BASE_PATH = "/dns/v1";

interface Question {
  readonly request: HttpRequest;
  readonly account: string;
  /** Throws `Refusal`. */
  zone(): Zone;
  readonly last: string;
}

interface Route {
  readonly action: string;
  readonly method: string;
  /** Segments below the project; `*` is any. */
  readonly path: string;
  readonly permissions: readonly Permission[];
  run(question: Question): HttpReply;
}

interface HeldChange {
  readonly shown: Readonly<Record<string, unknown>>;
  looksLeft: number;
}

export function openGoogleDns({ zones, clock }: Ground, options: GoogleDnsOptions = {}): GoogleDnsApi {
  const projects = options.projects ?? { [DEFAULT_PROJECT]: "000000000000" };
  const tokens = openTokens(options.tokens ?? [{ token: DEFAULT_TOKEN, project: DEFAULT_PROJECT }]);
  const changes = new Map<string, HeldChange>();
  let made = 0;

  const within = (account: string) => zones.list().filter((zone) => zone.account === account);

  /** One page of a list, with the token of the next. */
  const paged = (request: HttpRequest, kind: string, member: string, all: readonly unknown[]): HttpReply => {
    const given = queryOf(request, "maxResults");
    const size = given === undefined ? (options.page ?? 100) : Number(given);
    if (!Number.isInteger(size) || size < 1) throw invalid("parameters.maxResults", given);
    const token = queryOf(request, "pageToken");
    const from = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString());
    if (!Number.isInteger(from) || from < 0 || from > all.length) throw invalid("parameters.pageToken", token);
    const next = from + size < all.length ? Buffer.from(String(from + size)).toString("base64url") : undefined;
    return json(200, {
      kind,
      [member]: all.slice(from, from + size),
      ...(next !== undefined && { nextPageToken: next }),
    });
  };

  const submit = (zone: Zone, wish: WireChange): HttpReply => {
    const wanted: Change[] = judgeChange(zone, zones.view(zone.id), wish, options.valuesPerSet ?? 100);
    zones.change(zone.id, wanted);
    made += 1;
    const id = String(made);
    const shown = { kind: "dns#change", id, startTime: new Date(clock.now()).toISOString(), ...wish };
    changes.set(`${zone.id} ${id}`, { shown, looksLeft: api.pendingLooks });
    return json(200, { ...shown, status: api.pendingLooks > 0 ? "pending" : "done" });
  };

  const routes: readonly Route[] = [
    {
      action: "ListManagedZones",
      method: "GET",
      path: "managedZones",
      permissions: ["dns.managedZones.list"],
      run({ request, account }) {
        const wanted = queryOf(request, "dnsName");
        if (wanted !== undefined && !wanted.endsWith(".")) throw invalid("parameters.dnsName", wanted);
        const shown = within(account).filter(
          (zone) => wanted === undefined || `${zone.name}.` === wanted.toLowerCase(),
        );
        return paged(request, "dns#managedZonesListResponse", "managedZones", shown.map(showZone));
      },
    },
    {
      action: "GetManagedZone",
      method: "GET",
      path: "managedZones/*",
      permissions: ["dns.managedZones.get"],
      run: (question) => json(200, showZone(question.zone())),
    },
    {
      action: "ListRecordSets",
      method: "GET",
      path: "managedZones/*/rrsets",
      permissions: ["dns.resourceRecordSets.list"],
      run(question) {
        const name = queryOf(question.request, "name");
        const type = queryOf(question.request, "type");
        if (type !== undefined && name === undefined) throw invalid("parameters.type", type);
        const parsed = name === undefined ? undefined : parseHostName(name);
        if (name !== undefined && (!name.endsWith(".") || parsed === undefined || !("name" in parsed)))
          throw invalid("parameters.name", name);
        const sets = zones
          .view(question.zone().id)
          .all()
          .filter((set) => parsed === undefined || ("name" in parsed && set.name === parsed.name))
          .filter((set) => type === undefined || set.type === type)
          .sort((a, b) => (`${a.name} ${a.type}` < `${b.name} ${b.type}` ? -1 : 1));
        return paged(question.request, "dns#resourceRecordSetsListResponse", "rrsets", sets.map(showSet));
      },
    },
    {
      action: "CreateChange",
      method: "POST",
      path: "managedZones/*/changes",
      permissions: ["dns.changes.create", "dns.resourceRecordSets.create", "dns.resourceRecordSets.delete"],
      run: (question) => submit(question.zone(), wishOf(question.request)),
    },
    {
      action: "GetChange",
      method: "GET",
      path: "managedZones/*/changes/*",
      permissions: ["dns.changes.get"],
      run(question) {
        const held = changes.get(`${question.zone().id} ${question.last}`);
        if (held === undefined) throw notFound("parameters.changeId", question.last);
        const pending = held.looksLeft > 0;
        held.looksLeft -= 1;
        return json(200, { ...held.shown, status: pending ? "pending" : "done" });
      },
    },
  ];

  const answer = (request: HttpRequest, route: Route | undefined): HttpReply => {
    const [project = "", , zoneKey = "", , last = ""] = segmentsOf(request.path).slice(3);
    const token = tokens.find(bearerOf(request));
    if (route === undefined) throw new Refusal(404, "notFound", "Not Found");
    authorize(token, project, route.permissions);
    const account = projects[project];
    if (account === undefined) throw notFound("parameters.project", project);
    const zone = () => {
      const found = within(account).find((each) => nameOf(each) === zoneKey || numberOf(each) === zoneKey);
      if (found === undefined) throw notFound("parameters.managedZone", zoneKey);
      return found;
    };
    const known = [...SYSTEM_PARAMETERS, ...(PARAMETERS[route.action] ?? [])];
    // A filter that is not read would let through what it is to hold back.
    const other = request.query.find(([name]) => !known.includes(name) && !name.startsWith("$"));
    if (other !== undefined) throw invalid(`parameters.${other[0]}`, other[1]);
    return route.run({ request, account, zone, last });
  };

  const api: GoogleDnsApi = {
    name: "googleDns",
    dialect: { kind: "own", reply: wordFault },
    tokens,
    pendingLooks: 1,
    environment: (url) => ({
      GOOGLE_DNS_CUSTOM_ENDPOINT: `${url}${BASE_PATH}/`,
      GOOGLE_OAUTH_ACCESS_TOKEN: DEFAULT_TOKEN,
      GOOGLE_CLOUD_PROJECT: DEFAULT_PROJECT,
    }),
    accepts: (request) => request.path.startsWith(`${BASE_PATH}/projects/`),
    operation(request) {
      const [project = "", ...path] = segmentsOf(request.path).slice(3);
      const route = routes.find((one) => one.method === request.method && fits(one.path.split("/"), path));
      return {
        action: route?.action ?? "Unknown",
        account: projects[project] ?? "",
        async run() {
          try {
            return answer(request, route);
          } catch (error) {
            if (error instanceof Refusal) return refused(error);
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

/** The faults that can be switched on, as Google words them. */
function wordFault({ code, status }: AwsError): HttpReply {
  if (code === "Throttling") return refused(limited());
  if (code === "AccessDenied") return refused(forbidden());
  if (status === 500) return refused(new Refusal(500, "backendError", "Internal error encountered."));
  return refused(new Refusal(status, code, "The service is currently unavailable."));
}

function wishOf({ body }: HttpRequest): WireChange {
  const broken = () => new Refusal(400, "parseError", "Parse Error");
  let given: unknown;
  try {
    given = JSON.parse(body.toString("utf8"));
  } catch {
    // Whatever the parser says, the API says only this.
    throw broken();
  }
  const parsed = wireChange.safeParse(given);
  if (!parsed.success) throw broken();
  return parsed.data;
}
