import type { ListResourceRecordSetsCommandOutput, ResourceRecordSet } from "@aws-sdk/client-route-53";
import { AwsFaultError } from "../../aws/faults";
import { sdk } from "../../aws/sdk";
import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { retry } from "../../core/retry";
import type { Zone } from "../backend";
import type { Edit, EditOutcome } from "../changes";
import { recordConflict } from "../conflict";
import type { RecordKey } from "../record";
import { removedBy, untilGone } from "../removal";
import type { Route53Api } from "./api";
import { merge } from "./merge";
import { bareId, checkedId, readName } from "./names";
import { comparableValue } from "./values";

export interface FoundSets {
  /** The sets of the type that was asked for. */
  readonly own: readonly ResourceRecordSet[];
  /** Where a CNAME at the name points. */
  readonly cname: string | undefined;
  /** The types of the others. */
  readonly types: readonly string[];
}

/** Under contention a batch is built again until it applies; only time ends it. */
const CONTENTION = { withinMs: 300_000, baseMs: 150, capMs: 2_000 } as const;

/** More than any name has: a page has 300 sets. */
const PAGES_AT_MOST = 1_000;

function endless(zone: Zone, name: Fqdn): DnsHostError {
  return new DnsHostError(
    "host-unavailable",
    `Route 53: the list of ${name} in zone ${zone.name} (${zone.id}) does not end.`,
    {
      hint: "Run again.",
      retryable: true,
    },
  );
}

/** The name's sets of the type, and what else stands there. Throws `AwsFaultError`. */
export async function readSets(api: Route53Api, zone: Zone, { name, type }: RecordKey, ctx: Ctx): Promise<FoundSets> {
  const { ListResourceRecordSetsCommand } = sdk.route53();
  const client = await api.client();
  const sets: ResourceRecordSet[] = [];
  let start: Pick<ListResourceRecordSetsCommandOutput, "NextRecordName" | "NextRecordType" | "NextRecordIdentifier"> = {
    NextRecordName: `${name}.`,
  };
  const begun = new Set<string>();
  for (;;) {
    const at = [start.NextRecordName, start.NextRecordType, start.NextRecordIdentifier].join(" ");
    if (begun.has(at) || begun.size === PAGES_AT_MOST) throw endless(zone, name);
    begun.add(at);
    const command = new ListResourceRecordSetsCommand({
      HostedZoneId: zone.id,
      StartRecordName: start.NextRecordName,
      StartRecordType: start.NextRecordType,
      StartRecordIdentifier: start.NextRecordIdentifier,
    });
    const page = await api.call("route53:ListResourceRecordSets", (options) => client.send(command, options), ctx);
    sets.push(...(page.ResourceRecordSets ?? []).filter((set) => readName(set.Name) === name));
    if (page.IsTruncated !== true || readName(page.NextRecordName) !== name) break;
    start = page;
  }
  const alias = sets.find(({ Type }) => Type === "CNAME");
  const others = sets.filter(({ Type }) => Type !== type);
  return {
    own: sets.filter(({ Type }) => Type === type),
    cname: alias && (alias.ResourceRecords?.[0]?.Value ?? alias.AliasTarget?.DNSName ?? "another name"),
    types: [...new Set(others.flatMap(({ Type }) => Type ?? []))],
  };
}

export interface WrittenBatch {
  readonly outcomes: readonly EditOutcome[];
  /** To wait for with GetChange; `undefined` where nothing had to be changed. */
  readonly changeId: string | undefined;
}

/** Reads, merges, and writes as a compare-and-swap, again as long as others write in between. Throws `AwsFaultError`, `DnsHostError`. */
export async function writeEdits(
  api: Route53Api,
  zone: Zone,
  key: RecordKey,
  edits: readonly Edit[],
  ctx: Ctx,
): Promise<WrittenBatch> {
  const { name, type } = key;
  const { ChangeResourceRecordSetsCommand } = sdk.route53();
  const client = await api.client();
  let first: readonly EditOutcome[] | undefined;
  let changed = false;
  const written = await retry(
    async () => {
      const found = await readSets(api, zone, key, ctx);
      refuseConflicts(found, zone, key, edits);
      const { changes, outcomes, taken } = merge(key, found.own, edits);
      if (taken !== undefined) throw recordConflict(whereOf(zone, name), type, { cname: taken });
      // A write that was cut off after its effect is found done the next time: what it did is what the first reading lacked.
      first ??= outcomes;
      if (changes.length === 0) return { outcomes: first, changeId: undefined };
      const command = new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone.id,
        ChangeBatch: { Changes: [...changes] },
      });
      const answer = await api.call(
        "route53:ChangeResourceRecordSets",
        (options) => client.send(command, options),
        ctx,
        (code) => code === "PriorRequestNotComplete",
      );
      changed = true;
      const changeId = checkedId(bareId(answer.ChangeInfo?.Id ?? ""), `the id of the change of ${name}`);
      return { outcomes: first, changeId };
    },
    { ...CONTENTION, worthwhile: isContention },
    ctx,
  );
  const held = async () => {
    const { own } = await readSets(api, zone, key, ctx);
    return new Set(
      own.flatMap(({ ResourceRecords = [] }) => ResourceRecords.map((record) => comparableValue(type, record))),
    );
  };
  await untilGone(
    changed ? removedBy(edits) : [],
    held,
    `Route 53: removing from ${name} in zone ${zone.name} (${zone.id})`,
    ctx,
  );
  return written;
}

const OVERTAKEN =
  /was not found|do not match the current values|but it already exists|conflicting RRSet of type|conflicts with other records|because a non .* rrset exists/;

/** Whether the batch was right when it was built, and another writer was faster. What stays wrong shows in the next reading. */
function isContention(error: unknown): boolean {
  if (!(error instanceof AwsFaultError)) return false;
  const { code, text } = error.fault;
  return code === "PriorRequestNotComplete" || (code === "InvalidChangeBatch" && OVERTAKEN.test(text));
}

function refuseConflicts(
  { own, cname, types }: FoundSets,
  zone: Zone,
  { name, type }: RecordKey,
  edits: readonly Edit[],
): void {
  const where = whereOf(zone, name);
  const adds = edits.some(({ kind }) => kind === "add");
  if (adds && type !== "CNAME" && cname !== undefined) throw recordConflict(where, type, { cname });
  if (adds && type === "CNAME" && types.length > 0) throw recordConflict(where, type, { types: types.join(", ") });
  const alias = own.find((set) => set.AliasTarget !== undefined)?.AliasTarget;
  if (alias === undefined) return;
  if (adds && type === "CNAME") throw recordConflict(where, type, { cname: alias.DNSName ?? "another name" });
  throw new DnsHostError(
    "host-refused",
    `${where}: the ${type} set is an alias of another; its values are not its own.`,
    {
      hint: `Replace the alias by a plain ${type} record set.`,
    },
  );
}

function whereOf(zone: Zone, name: Fqdn): string {
  return `Route 53: ${name} in zone ${zone.name} (${zone.id})`;
}
