import type { ListResourceRecordSetsCommandOutput, ResourceRecordSet } from "@aws-sdk/client-route-53";
import { AwsFaultError } from "../../aws/faults";
import { sdk } from "../../aws/sdk";
import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { retry } from "../../core/retry";
import type { Zone } from "../backend";
import type { Edit } from "../changes";
import { removedBy, untilGone } from "../removal";
import type { Route53Api } from "./api";
import { merge, type Outcome, textOf } from "./merge";
import { bareId, checkedId, readName } from "./names";

export interface Found {
  readonly txt: readonly ResourceRecordSet[];
  /** Where a CNAME at the name points; no other record can stand beside it (RFC 1034 section 3.6.2). */
  readonly cname: string | undefined;
}

/** Under contention a batch is built anew until it applies; only time ends it. */
const CONTENTION = { withinMs: 300_000, baseMs: 150, capMs: 2_000 } as const;

/** Nobody has as many sets at one name: a page has 300 of them. */
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

/** The name's TXT sets. Throws `AwsFaultError`. */
export async function readSets(api: Route53Api, zone: Zone, name: Fqdn, ctx: Ctx): Promise<Found> {
  const { ListResourceRecordSetsCommand } = sdk.route53();
  const client = await api.client();
  const txt: ResourceRecordSet[] = [];
  let cname: string | undefined;
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
    const own = (page.ResourceRecordSets ?? []).filter((set) => readName(set.Name) === name);
    txt.push(...own.filter(({ Type }) => Type === "TXT"));
    const alias = own.find(({ Type }) => Type === "CNAME");
    cname ??= alias && (alias.ResourceRecords?.[0]?.Value ?? alias.AliasTarget?.DNSName ?? "another name");
    if (page.IsTruncated !== true || readName(page.NextRecordName) !== name) return { txt, cname };
    start = page;
  }
}

export interface Written {
  readonly outcomes: readonly Outcome[];
  /** To wait for with GetChange; `undefined` where nothing had to be changed. */
  readonly changeId: string | undefined;
}

/** Reads, merges, and writes as a compare-and-swap, anew as long as others write in between. Throws `AwsFaultError`, `DnsHostError`. */
export async function writeEdits(
  api: Route53Api,
  zone: Zone,
  name: Fqdn,
  edits: readonly Edit[],
  ctx: Ctx,
): Promise<Written> {
  const { ChangeResourceRecordSetsCommand } = sdk.route53();
  const client = await api.client();
  let first: readonly Outcome[] | undefined;
  let changed = false;
  const written = await retry(
    async () => {
      const found = await readSets(api, zone, name, ctx);
      refuseConflicts(found, zone, name, edits);
      const { changes, outcomes } = merge(`${name}.`, found.txt, edits);
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
  const held = async () => new Set((await readSets(api, zone, name, ctx)).txt.flatMap(textsOf));
  await untilGone(
    changed ? removedBy(edits) : [],
    held,
    `Route 53: removing from ${name} in zone ${zone.name} (${zone.id})`,
    ctx,
  );
  return written;
}

function textsOf({ ResourceRecords: records = [] }: ResourceRecordSet): readonly string[] {
  return records.map(textOf);
}

const OVERTAKEN =
  /was not found|do not match the current values|but it already exists|conflicting RRSet of type|because a non .* rrset exists/;

/** Whether the batch was right when it was built, and somebody else was faster. What stays wrong shows in the next reading. */
function isContention(error: unknown): boolean {
  if (!(error instanceof AwsFaultError)) return false;
  const { code, text } = error.fault;
  return code === "PriorRequestNotComplete" || (code === "InvalidChangeBatch" && OVERTAKEN.test(text));
}

function refuseConflicts(found: Found, zone: Zone, name: Fqdn, edits: readonly Edit[]): void {
  const where = `zone ${zone.name} (${zone.id})`;
  if (found.cname !== undefined && edits.some(({ kind }) => kind === "add")) {
    throw new DnsHostError(
      "host-refused",
      `Route 53: ${name} in ${where} is a CNAME to ${found.cname}; no TXT value can stand beside it.`,
      {
        hint: "Remove the CNAME, or publish the values where it points.",
      },
    );
  }
  if (found.txt.some((set) => set.AliasTarget !== undefined)) {
    throw new DnsHostError(
      "host-refused",
      `Route 53: the TXT set at ${name} in ${where} is an alias of another; its values are not its own.`,
      {
        hint: "Replace the alias by a plain TXT record set.",
      },
    );
  }
}
