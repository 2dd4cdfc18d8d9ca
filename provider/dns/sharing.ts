import type { Edit } from "./changes";
import { type PresentRecord, presentRecord } from "./present";
import { type DnsRecord, type Sharing, sameData, type WantedRecord } from "./record";

function sharingOf({ type, sharing }: WantedRecord): Sharing {
  // A CNAME has its name alone (RFC 1034 section 3.6.2); SES takes no MAIL FROM domain with more than one MX record.
  if (type !== "TXT" && (sharing === undefined || sharing === "with-others")) return "alone";
  return sharing ?? "with-others";
}

/** Whether a CNAME that has the record's name is ours. */
export function isOwnName(record: WantedRecord): boolean {
  return record.type === "CNAME" && record.sharing === "own-name";
}

/** Whether it matters to the record which others of its type there are. */
export function isExclusive(record: WantedRecord): boolean {
  return sharingOf(record) !== "with-others";
}

/** What adding a record comes to where the others are. `present`: those to be replaced, or those it conflicts with. */
export type Verdict =
  | { readonly kind: "absent" | "present" }
  | { readonly kind: "replaced" | "conflict"; readonly present: readonly PresentRecord[] };

/** Types that may have the name of a CNAME (RFC 4035 section 2.5, RFC 3007 section 1.2): they sign or deny, or hold keys. */
const WITH_CNAME: ReadonlySet<string> = new Set(["RRSIG", "NSEC", "NSEC3", "SIG", "NXT", "KEY"]);

/** How an own record that is not answered with what it says may be set right. */
const REPLACEABLE: ReadonlySet<string> = new Set(["plain", "proxied", "flattened"]);

/**
 * Whether a record can be added to what is at its name. `flattened`: the host answers at this name with the target's
 * records in place of a CNAME, so that other types are served there too (Cloudflare, at the apex of a zone). Pure.
 */
export function judge(wanted: WantedRecord, present: readonly PresentRecord[], flattened = false): Verdict {
  const here = present.filter(({ type }) => !WITH_CNAME.has(type));
  const own = here.filter(({ type }) => type === wanted.type);
  const sharing = sharingOf(wanted);
  const equal = own.filter((each) => says(each, wanted));
  if (wanted.type === "CNAME") {
    if (own.length < here.length) return { kind: "conflict", present: here };
  } else {
    const cnames = here.filter(({ type }) => type === "CNAME");
    const counts = sharing === "with-others" && equal.length > 0;
    if (cnames.length > 0 && !flattened && !counts) return { kind: "conflict", present: cnames };
  }
  if (sharing === "with-others") {
    if (own.some(({ mode }) => mode === "alias")) return { kind: "conflict", present: own };
    return { kind: equal.length > 0 ? "present" : "absent" };
  }
  if (typeof sharing === "object") {
    const rivals = own.filter(({ data }) => data?.type === "TXT" && beginsWith(data.text, sharing.oneWithPrefix));
    if (rivals.some((each) => !says(each, wanted)) || own.some(({ mode }) => mode === "alias")) {
      return { kind: "conflict", present: rivals.length > 0 ? rivals : own };
    }
    return { kind: equal.length > 0 ? "present" : "absent" };
  }
  if (own.length === 0) return { kind: "absent" };
  if (own.every((each) => each.mode === "plain" && says(each, wanted))) return { kind: "present" };
  const isOurs = isOwnName(wanted) && own.every(({ mode }) => REPLACEABLE.has(mode));
  return { kind: isOurs ? "replaced" : "conflict", present: own };
}

/**
 * What stops the edits of one set, applied in their order, and the record that it stops; undefined where nothing does.
 * What an earlier edit adds is there for a later one. Pure.
 */
export function conflictIn(
  present: readonly PresentRecord[],
  edits: readonly Edit[],
  flattened = false,
): { readonly wanted: WantedRecord; readonly present: readonly PresentRecord[] } | undefined {
  let here = present;
  for (const { kind, records } of edits) {
    for (const record of records) {
      if (kind === "remove") {
        // An alias and a set with a routing policy are none of ours to remove, but a text may be in one.
        const goes = (each: PresentRecord) =>
          says(each, record) && (record.type === "TXT" || REPLACEABLE.has(each.mode));
        here = here.filter((each) => !goes(each));
        continue;
      }
      const verdict = judge(record, here, flattened);
      if (verdict.kind === "conflict") return { wanted: record, present: verdict.present };
      if (verdict.kind === "present") continue;
      const gone = verdict.kind === "replaced" ? verdict.present : [];
      const added = presentRecord(record.type, record, { ttl: record.ttl });
      here = [...here.filter((each) => !gone.includes(each)), added];
    }
  }
  return undefined;
}

/** Whether the record says this, however the host answers for it. */
function says({ data }: PresentRecord, record: DnsRecord): boolean {
  return data !== undefined && sameData(data, record);
}

/**
 * Whether it is a record of that kind. The tag is taken in any case, and `v = DMARC1` for `v=DMARC1` (RFC 7489 section 6.4).
 * No letter or digit follows it (RFC 7208 section 4.5: `v=spf10` is no SPF).
 */
function beginsWith(text: string, prefix: string): boolean {
  const head = text.replace(/^v[ \t]*=[ \t]*/i, "v=").toLowerCase();
  return head.startsWith(prefix.toLowerCase()) && !/^[a-z0-9]/.test(head.slice(prefix.length));
}
