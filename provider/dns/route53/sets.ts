import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { AwsFaultError } from "../../aws/faults";
import { sdk } from "../../aws/sdk";
import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import { openBatcher } from "../../core/queues";
import { retry } from "../../core/retry";
import type { Zone } from "../backend";
import type { Edit, EditOutcome } from "../changes";
import { RecordConflictError } from "../conflict";
import type { PresentRecord } from "../present";
import type { RecordKey } from "../record";
import { removedBy, untilGone } from "../removal";
import { conflictIn } from "../sharing";
import type { Route53Api } from "./api";
import { presentIn } from "./contents";
import { readNames } from "./list";
import { merge } from "./merge";
import { bareId, checkedId } from "./names";
import { comparableValue } from "./values";

/** Under contention a batch is built again until it applies; only time ends it. */
const CONTENTION = { withinMs: 300_000, baseMs: 150, capMs: 2_000 } as const;

/** Names that are read together; those of one domain stand together, and come with one request. */
const NAMES_AT_ONCE = 100;

type Reader = (name: Fqdn, ctx: Ctx) => Promise<readonly ResourceRecordSet[] | undefined>;

/** By zone: five requests a second are accepted for an account, and a domain that sends has a dozen sets. */
const readers = new WeakMap<Route53Api, Map<string, Reader>>();

function readerOf(api: Route53Api, zone: Zone): Reader {
  const known = readers.get(api) ?? new Map<string, Reader>();
  readers.set(api, known);
  const reader =
    known.get(zone.id) ??
    openBatcher<Fqdn, readonly ResourceRecordSet[]>(NAMES_AT_ONCE, async (take, ctx) =>
      readNames(api, zone, [...take()], ctx),
    );
  known.set(zone.id, reader);
  return reader;
}

/** All sets at the name. Throws `AwsFaultError`. */
async function readAll(api: Route53Api, zone: Zone, name: Fqdn, ctx: Ctx): Promise<readonly ResourceRecordSet[]> {
  return (await readerOf(api, zone)(name, ctx)) ?? [];
}

/** The name's sets of the type. Throws `AwsFaultError`. */
export async function readSets(
  api: Route53Api,
  zone: Zone,
  { name, type }: RecordKey,
  ctx: Ctx,
): Promise<readonly ResourceRecordSet[]> {
  return (await readAll(api, zone, name, ctx)).filter(({ Type }) => Type === type);
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
      const found = await readAll(api, zone, name, ctx);
      refuseConflicts(presentIn(found), zone, key, edits);
      const own = found.filter(({ Type }) => Type === type);
      const { changes, outcomes } = merge(key, own, edits);
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
    const own = await readSets(api, zone, key, ctx);
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
  present: readonly PresentRecord[],
  zone: Zone,
  { name, type }: RecordKey,
  edits: readonly Edit[],
): void {
  const found = conflictIn(present, edits);
  if (found === undefined) return;
  throw new RecordConflictError({ host: "Route 53", zone, name, wanted: type, present: found.present });
}
