import type { Zone } from "../../zones";
import { AwsError } from "../errors";
import { queryOf } from "../message";
import type { Call } from "../service";
import type { XmlFields } from "../xml";
import { compare, readName, sortKey, writeName } from "./names";
import type { PendingChanges } from "./pending";
import { noSuchDelegationSet } from "./zone-input";

const MOST_ZONES = 100;

export function writeZone(zone: Zone, pending: PendingChanges): XmlFields {
  const { callerReference, comment } = zone.notes;
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: writeName(zone.name),
    CallerReference: String(callerReference ?? `emulator-${zone.id}`),
    Config: { Comment: comment === undefined ? undefined : String(comment), PrivateZone: zone.private },
    ResourceRecordSetCount: pending.view(zone).all().length,
  };
}

export function writeDelegationSet(zone: Zone): XmlFields {
  return { NameServers: { NameServer: zone.servers.map(({ name }) => name) } };
}

export function writeNetworks(zone: Zone): XmlFields {
  const network = (zone.notes.vpc as XmlFields | undefined) ?? { VPCRegion: "us-east-1", VPCId: "vpc-emulated" };
  return { VPC: network };
}

/** `maxitems`, at most `most`; throws `AwsError` InvalidInput where it is no number above zero. */
export function maxItems(call: Call, most: number): number {
  const asked = queryOf(call.request, "maxitems");
  const items = asked === undefined ? most : Number(asked);
  if (!Number.isInteger(items) || items < 1) throw new AwsError("InvalidInput", `Invalid MaxItems: ${asked}`);
  return Math.min(items, most);
}

/** ListHostedZones: by `marker`, in the order in which the zones were made. */
export function listZones(own: readonly Zone[], call: Call, pending: PendingChanges): XmlFields {
  const marker = queryOf(call.request, "marker");
  const most = maxItems(call, MOST_ZONES);
  const wanted = queryOf(call.request, "hostedzonetype");
  if (wanted !== undefined && wanted !== "PrivateHostedZone")
    throw new AwsError("InvalidInput", `Invalid HostedZoneType: ${wanted}`);
  const delegationSet = queryOf(call.request, "delegationsetid");
  if (delegationSet !== undefined) throw noSuchDelegationSet(delegationSet);
  const zones = own.filter((zone) => wanted !== "PrivateHostedZone" || zone.private);
  const start = marker === undefined ? 0 : zones.findIndex(({ id }) => id === marker);
  if (start < 0) throw new AwsError("InvalidInput", "The specified marker is not valid.");
  const next = zones[start + most];
  return {
    HostedZones: { HostedZone: zones.slice(start, start + most).map((zone) => writeZone(zone, pending)) },
    // The API's model requires it, on the first page too.
    Marker: marker ?? "",
    IsTruncated: next !== undefined,
    NextMarker: next?.id,
    MaxItems: most,
  };
}

/** ListHostedZonesByName: sorted by the reversed labels, then by id, from `dnsname` and `hostedzoneid` on. */
export function listZonesByName(own: readonly Zone[], call: Call, pending: PendingChanges): XmlFields {
  const most = maxItems(call, MOST_ZONES);
  const name = queryOf(call.request, "dnsname");
  const id = queryOf(call.request, "hostedzoneid");
  if (id !== undefined && name === undefined)
    throw new AwsError("InvalidInput", "Invalid request: DNSName is required with HostedZoneId");
  const from = name === undefined ? "" : sortKey(readName(name));
  const zones = own
    .map((zone) => ({ zone, key: sortKey(zone.name) }))
    .sort((left, right) => compare(left.key, right.key) || compare(left.zone.id, right.zone.id))
    .filter(({ zone, key }) => key > from || (key === from && zone.id >= (id ?? "")))
    .map(({ zone }) => zone);
  const next = zones[most];
  return {
    HostedZones: { HostedZone: zones.slice(0, most).map((zone) => writeZone(zone, pending)) },
    DNSName: name,
    HostedZoneId: id,
    IsTruncated: next !== undefined,
    NextDNSName: next && writeName(next.name),
    NextHostedZoneId: next?.id,
    MaxItems: most,
  };
}
