import { AsyncLocalStorage } from "node:async_hooks";
import { type Fqdn, parentOf, ROOT } from "../../provider/core/fqdn";
import type { ActiveDnsFault, Faults } from "../faults";
import type { Ground, Resolution } from "../ground";
import type { RecordSet } from "../records";
import type { Requests } from "../requests";
import { typeOfStore } from "../values/types";
import type { Zone, Zones } from "../zones";
import { answer, type HeldZone, toRecords } from "./answer";
import { openResponder, type Reply, type Responder } from "./responder";

/** The zones on the disks of the servers at one address. */
export interface Holdings {
  readonly names: Set<string>;
  readonly zones: Map<Fqdn, Set<string>>;
}

export interface AuthoritativeOptions {
  readonly address: string;
  readonly holdings: Holdings;
  readonly zones: Zones;
  readonly now: () => number;
  readonly faults: Faults;
  readonly requests: Requests;
  readonly resolve: Ground["resolve"];
  readonly random: () => number;
}

/** Set while a resolver works on behalf of a server that plays one: what it asks is answered as if nothing was intercepted. */
const behind = new AsyncLocalStorage<true>();

/** The authoritative server at one address. */
export function openAuthoritative(options: AuthoritativeOptions): Responder {
  const { holdings, zones } = options;

  const at = (name: Fqdn, moment: number | undefined): HeldZone | undefined => {
    let held: Zone | undefined;
    for (const id of holdings.zones.get(name) ?? []) {
      const zone = zones.get(id);
      if (zone && (!held || zone.delegatedTo)) held = zone;
    }
    const view = held && (moment === undefined ? zones.view(held.id) : zones.view(held.id, moment));
    return view && { name, view };
  };
  const finder = (moment: number | undefined) => (name: Fqdn) => {
    for (let zone = name; ; zone = parentOf(zone)) {
      const found = at(zone, moment);
      if (found || zone === ROOT) return found;
    }
  };

  return openResponder({
    ...options,
    names: () => [...holdings.names],
    async reply(question, _query, fault) {
      if (question.class !== "IN" || fault?.lame === "REFUSED") return { rcode: "REFUSED" };
      if (fault?.lame === "SERVFAIL") return { rcode: "SERVFAIL" };
      const name = question.name.toLowerCase() as Fqdn;
      const reply =
        lie(name, question.type, fault) ??
        answer(name, question.type, finder(momentOf(fault, options.now())), options.random);
      if (fault?.lame === "recursive" && !behind.getStore()) {
        if (reply.authoritative) return { ...reply, authoritative: false, recursionAvailable: true };
        return recursive(await behind.run(true, () => options.resolve(name, question.type)));
      }
      return fault?.lame === "no-aa" ? { ...reply, authoritative: false } : reply;
    },
  });
}

/** As a resolver answers: RA, no AA. */
export function recursive({ rcode, answers, soa }: Resolution): Reply {
  return { rcode, recursionAvailable: true, answers, authorities: soa ? [soa] : [] };
}

function momentOf(fault: ActiveDnsFault | undefined, now: number): number | undefined {
  if (fault?.lagMs === undefined) return undefined;
  return fault.lagMs === "frozen" ? fault.since : now - fault.lagMs;
}

function lie(name: Fqdn, type: string, fault: ActiveDnsFault | undefined): Reply | undefined {
  const told = fault?.lie;
  if (!told || told.type !== typeOfStore(type) || (told.name !== undefined && told.name !== name)) return undefined;
  const set: RecordSet = { name, type: told.type, ttl: 300, values: told.values };
  return { rcode: "NOERROR", authoritative: true, answers: toRecords(set) };
}
