import type { Fqdn } from "../../core/fqdn";
import type { LookTxt } from "../seen";
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
  const destinations: ReportDestination[] = [];
  for (const { at, record } of records) {
    const hosts = new Set<Fqdn>();
    for (const [tag, uri] of [
      ...record.rua.map((uri) => ["rua", uri] as const),
      ...record.ruf.map((uri) => ["ruf", uri] as const),
    ]) {
      const { host, scheme } = uri;
      if (host === undefined || scheme !== "mailto") continue;
      const asked = hosts.size < HOSTS_AT_MOST || hosts.has(host);
      if (asked) hosts.add(host);
      const external = {
        walk: asked ? await isExternal(at, host, looks) : undefined,
        list: listedOrganization(at) !== listedOrganization(host),
      };
      destinations.push({ tag, uri, host, at, record, external, name: reportName(at, host) });
    }
  }
  return destinations;
}

async function isExternal(at: Fqdn, host: Fqdn, looks: PolicyLooks): Promise<boolean | undefined> {
  if (at === host) return false;
  const [ours, theirs] = await Promise.all([walkedOrganization(at, looks), walkedOrganization(host, looks)]);
  return ours === undefined || theirs === undefined ? undefined : ours !== theirs;
}

/** Asks the names that have to allow reports, each once. */
export async function judgeDestinations(
  destinations: readonly ReportDestination[],
  look: LookTxt,
): Promise<readonly JudgedDestination[]> {
  const asked = new Map<Fqdn, Promise<Authorisation>>();
  return Promise.all(
    destinations.map(async (one): Promise<JudgedDestination> => {
      const { name, host, tag, external } = one;
      if (external.walk === false && !external.list) return { ...one, authorisation: "inside" };
      if (name === undefined) return { ...one, authorisation: "too-long" };
      if (!asked.has(name) && asked.size >= HOSTS_AT_MOST) return { ...one, authorisation: "unasked" };
      const seen = await (asked.get(name) ?? remember(asked, name, authorisationAt(name, host, tag, look)));
      return { ...one, authorisation: seen };
    }),
  );
}

function remember<T>(asked: Map<Fqdn, Promise<T>>, name: Fqdn, answer: Promise<T>): Promise<T> {
  asked.set(name, answer);
  return answer;
}

/** One record that begins with the version is enough, also among several; its own "rua" has to stay on the host. */
async function authorisationAt(name: Fqdn, host: Fqdn, tag: "rua" | "ruf", look: LookTxt): Promise<Authorisation> {
  const seen = await look(name);
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
