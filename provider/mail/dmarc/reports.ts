import { type Fqdn, isWithin } from "../../core/fqdn";
import type { LookTxt, TxtSeen } from "../seen";
import { type DmarcDiscovery, type PolicyLooks, walkedOrganization } from "./discover";
import { listedOrganization, reportName } from "./names";
import { parseDmarc } from "./parse";
import type { DmarcRecord, ReportUri } from "./record";
import { selectDmarc } from "./select";

/** So many hosts are asked for one record. */
const HOSTS_AT_MOST = 10;

/** Who finds the address to be outside: RFC 9990 by the tree walk, RFC 7489 by the public suffix list. `undefined`: not known. */
export interface ReportDestination {
  readonly tag: "rua" | "ruf";
  readonly uri: ReportUri;
  readonly host: Fqdn;
  /** The domain whose record names it, and that record. */
  readonly at: Fqdn;
  readonly record: DmarcRecord;
  readonly external: { readonly walk: boolean | undefined; readonly list: boolean };
  /** The name that has to allow it. Undefined where it would be too long: then reports are not sent. */
  readonly name: Fqdn | undefined;
}

/**
 * `redirected-elsewhere`: the host names another address, on another host, and receivers send to neither. `unasked`: there are too many.
 */
type Authorisation = "inside" | "authorised" | "absent" | "redirected-elsewhere" | "too-long" | "unasked" | "unknown";

export interface JudgedDestination extends ReportDestination {
  readonly authorisation: Authorisation;
}

/** A record, and the domain that has it. */
export interface PlacedRecord {
  readonly at: Fqdn;
  readonly record: DmarcRecord;
}

/** The records that apply to a domain: one, or two where the ways differ. */
export function appliedRecords({ walk, list }: DmarcDiscovery): readonly PlacedRecord[] {
  const records = new Map<Fqdn, PlacedRecord>();
  for (const applied of [walk.applied, list.applied]) {
    if (applied.kind === "found") records.set(applied.at, { at: applied.at, record: applied.record });
  }
  return [...records.values()];
}

/** The addresses in these records, with the names to be asked (RFC 9990 section 4; RFC 7489 section 7.1). */
export async function reportDestinations(
  records: readonly PlacedRecord[],
  looks: PolicyLooks,
): Promise<readonly ReportDestination[]> {
  const found = await Promise.all(records.map((one) => destinationsOf(one, looks)));
  return found.flat();
}

async function destinationsOf({ at, record }: PlacedRecord, looks: PolicyLooks): Promise<readonly ReportDestination[]> {
  const ours = await walkedOrganization(at, looks);
  const hosts = new Map<Fqdn, Promise<boolean | undefined>>();
  const isExternal = (host: Fqdn): Promise<boolean | undefined> => {
    const known = hosts.get(host);
    if (known !== undefined) return known;
    const external = hosts.size < HOSTS_AT_MOST ? isOutside(host, ours, looks) : Promise.resolve(undefined);
    hosts.set(host, external);
    return external;
  };
  const named = (["rua", "ruf"] as const).flatMap((tag) => record[tag].map((uri) => ({ tag, uri })));
  const destinations = await Promise.all(
    named.map(async ({ tag, uri }): Promise<ReportDestination | undefined> => {
      const { host, scheme } = uri;
      if (host === undefined || scheme !== "mailto") return undefined;
      const list = listedOrganization(at) !== listedOrganization(host);
      const external = { walk: at === host ? false : await isExternal(host), list };
      return { tag, uri, host, at, record, external, name: reportName(at, host) };
    }),
  );
  return destinations.filter((one) => one !== undefined);
}

/** An organisational domain is a parent of its names, or the name: of another host's parents none need be asked. */
async function isOutside(host: Fqdn, ours: Fqdn | undefined, looks: PolicyLooks): Promise<boolean | undefined> {
  if (ours === undefined) return undefined;
  if (!isWithin(host, ours)) return true;
  const theirs = await walkedOrganization(host, looks);
  return theirs === undefined ? undefined : ours !== theirs;
}

/** Asks the names that have to allow reports, each once. */
export async function judgeDestinations(
  destinations: readonly ReportDestination[],
  look: LookTxt,
): Promise<readonly JudgedDestination[]> {
  const asked = new Map<Fqdn, Promise<TxtSeen>>();
  return Promise.all(
    destinations.map(async (one): Promise<JudgedDestination> => {
      const { name, host, tag, external } = one;
      if (external.walk === false && !external.list) return { ...one, authorisation: "inside" };
      if (name === undefined) return { ...one, authorisation: "too-long" };
      if (!asked.has(name) && asked.size >= HOSTS_AT_MOST) return { ...one, authorisation: "unasked" };
      const seen = asked.get(name) ?? look(name);
      asked.set(name, seen);
      return { ...one, authorisation: authorisationBy(await seen, host, tag) };
    }),
  );
}

/** One record that begins with the version is enough, also among several. The addresses in it have to stay on the host. */
function authorisationBy(seen: TxtSeen, host: Fqdn, tag: "rua" | "ruf"): Authorisation {
  if (seen.kind === "unknown") return "unknown";
  if (seen.kind === "absent") return "absent";
  const records = selectDmarc(seen.values).records.map(parseDmarc);
  if (records.length === 0) return "absent";
  const elsewhere = records.every((record) => {
    const uris = record[tag];
    return uris.length > 0 && uris.every((uri) => uri.host !== host);
  });
  return elsewhere ? "redirected-elsewhere" : "authorised";
}
