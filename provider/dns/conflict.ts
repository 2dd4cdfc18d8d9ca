import { DnsHostError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { clip } from "../core/text";
import type { Zone } from "./backend";
import type { Edit } from "./changes";
import type { AnswerMode, PresentRecord, ZoneCut } from "./present";
import type { RecordType } from "./record";
import { conflictIn } from "./sharing";

/** A record that cannot be added, and what is at its name. Nothing was written, and nothing there is touched. */
export interface RecordConflict {
  /** As messages name it: `Route 53`, `RFC 2136 server ns1.example.net`. */
  readonly host: string;
  readonly zone: Pick<Zone, "name" | "id">;
  readonly name: Fqdn;
  readonly wanted: RecordType;
  /** What stops it. Empty where that is a `cut`, and where the host refused and did not say why. */
  readonly present: readonly PresentRecord[];
  /** Where the zone delegates the name to other servers, which do not have what is written here. */
  readonly cut?: ZoneCut | undefined;
}

/** `record-conflict`, with what was seen as data. */
export class RecordConflictError extends DnsHostError {
  readonly conflict: RecordConflict;

  constructor(conflict: RecordConflict) {
    const { text, hint } = conflictText(conflict);
    super("record-conflict", text, { hint });
    this.conflict = conflict;
  }
}

/**
 * A host's own refusal of edits as a conflict that names what is there now; other errors as they are. `at`: without what is
 * there. Throws what `read` throws.
 */
export async function namedConflict(
  error: unknown,
  at: Omit<RecordConflict, "present">,
  edits: readonly Edit[],
  read: () => Promise<readonly PresentRecord[]>,
): Promise<unknown> {
  const own = error instanceof DnsHostError && error.code === "record-conflict";
  if (!own || error instanceof RecordConflictError) return error;
  return new RecordConflictError({ ...at, present: conflictIn(await read(), edits)?.present ?? [] });
}

/** More are counted. */
const SHOWN = 4;

const ANSWERED: Readonly<Record<AnswerMode, string>> = {
  plain: "",
  alias: " (an alias)",
  routed: " (with a routing policy)",
  proxied: " (proxied)",
  flattened: " (flattened)",
};

/** What a person reads of it: host, name, zone, what is there, and what to do. Pure. */
function conflictText(conflict: RecordConflict): { readonly text: string; readonly hint: string } {
  const { name, wanted, present, cut } = conflict;
  const where = whereOf(conflict);
  if (cut !== undefined) {
    const at = cut.name === name ? "is" : `is below ${cut.name}, which is`;
    const servers = cut.servers.length === 0 ? "other servers" : clip(cut.servers.slice(0, SHOWN).join(", "), 200);
    return {
      text: `${where} ${at} delegated to ${servers}; a record in this zone would not be served.`,
      hint: `Publish the ${wanted} record at the DNS host of ${cut.name}, or remove that delegation.`,
    };
  }
  if (present.length === 0) {
    return {
      text: `${where} has records that no ${wanted} record can join; the host does not say which.`,
      hint: "Look at what the host has at this name, and remove what is no longer needed.",
    };
  }
  const cnames = present.filter(({ type }) => type === "CNAME");
  return wanted === "CNAME" && cnames.length < present.length
    ? {
        text: `${where} has records of type ${typesIn(present)}; no CNAME can have the same name.`,
        hint: "Remove those records, if they are no longer needed.",
      }
    : cnames.length > 0
      ? cnameText(where, wanted, listed(cnames))
      : setText(where, wanted, present);
}

function cnameText(where: string, wanted: RecordType, target: string) {
  if (wanted === "CNAME") {
    return {
      text: `${where} is a CNAME to ${target}, and a name has one CNAME; it stays.`,
      hint: "Remove that CNAME, if it is no longer needed.",
    };
  }
  return {
    text: `${where} is a CNAME to ${target}; no ${wanted} record can have the same name.`,
    hint: "Remove the CNAME, or publish the values where it points.",
  };
}

/** Others of the wanted type, which is no CNAME. */
function setText(where: string, wanted: RecordType, present: readonly PresentRecord[]) {
  if (present.some(({ mode }) => mode === "alias")) {
    return {
      text: `${where} has a ${wanted} set that is an alias of ${listed(present)}; its values are not its own.`,
      hint: `Replace the alias by a plain ${wanted} record set.`,
    };
  }
  const only =
    wanted === "MX"
      ? "the wanted one has to be the only MX record of the name"
      : `a second ${wanted} value of this kind would make both invalid`;
  return {
    text: `${where} has the ${wanted} record${present.length === 1 ? "" : "s"} ${listed(present)}; ${only}. Nothing there is changed.`,
    hint: "Remove those records, if they are no longer needed, or use another name.",
  };
}

function whereOf({ host, zone, name }: RecordConflict): string {
  // An id that is the host's address and the zone's name tells a person nothing more.
  const id = zone.id === "" || zone.id.includes(" ") ? "" : ` (${clip(zone.id, 100)})`;
  return `${host}: ${name} in zone ${zone.name}${id}`;
}

function typesIn(present: readonly PresentRecord[]): string {
  return [...new Set(present.map(({ type }) => clip(type, 20)))].slice(0, 2 * SHOWN).join(", ");
}

function listed(present: readonly PresentRecord[]): string {
  const shown = present.slice(0, SHOWN).map(told).join(", ");
  return present.length > SHOWN ? `${shown} and ${present.length - SHOWN} more` : shown;
}

function told({ type, text, mode }: PresentRecord): string {
  const said =
    text === undefined
      ? "one that the host does not show"
      : clip(type === "CNAME" ? text.replace(/\.$/, "") : text, 120);
  return `${said}${ANSWERED[mode]}`;
}
