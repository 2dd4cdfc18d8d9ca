import type { Ground } from "../../ground";
import type { Zone, ZoneInit } from "../../zones";
import { AwsError } from "../errors";
import { queryOf, segmentsOf } from "../message";
import type { AwsService, Call, Operation } from "../service";
import type { XmlFields } from "../xml";
import { contextOf, readBatch } from "./batch";
import { judgeBatch } from "./changes";
import { bodyOf, NAMESPACE, refuseOtherParameters, xmlReply } from "./documents";
import { listZones, listZonesByName, maxItems, writeDelegationSet, writeNetworks, writeZone } from "./hosted-zones";
import { type ChangeInfo, openPendingChanges } from "./pending";
import { listSets } from "./record-sets";
import { readZoneInput } from "./zone-input";
import { tagOperation } from "./zone-tags";

const VERSION = "2013-04-01";
/** What the operations read of a request's address; others read nothing. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  ListHealthChecks: ["marker", "maxitems"],
  ListHostedZones: ["marker", "maxitems", "delegationsetid", "hostedzonetype"],
  ListHostedZonesByName: ["dnsname", "hostedzoneid", "maxitems"],
  ListResourceRecordSets: ["name", "type", "identifier", "maxitems"],
};

export interface Route53Options {
  /** From a change's acceptance to INSYNC, when the name servers have it. Default 500. */
  readonly insyncMs?: number;
  /** `while-pending`: a change of a zone is refused while another is pending. Default `never`. */
  readonly priorRequests?: "never" | "while-pending";
}

/** What tests turn. */
export interface Route53Controls {
  insyncMs: number;
  priorRequests: "never" | "while-pending";
  /** The next changes of any zone are refused with PriorRequestNotComplete. */
  refuseNext(times: number): void;
}

/** Amazon Route 53 (API version 2013-04-01) over the zone store. */
export function openRoute53(
  ground: Ground,
  options: Route53Options,
): AwsService & { readonly controls: Route53Controls } {
  const { zones } = ground;
  let refusals = 0;
  const controls: Route53Controls = {
    insyncMs: options.insyncMs ?? 500,
    priorRequests: options.priorRequests ?? "never",
    refuseNext: (times) => {
      refusals += times;
    },
  };
  const pending = openPendingChanges(ground, () => controls.insyncMs);

  const ownZones = ({ caller }: Call) => zones.list().filter(({ account }) => account === caller.accountId);
  const zoneOf = (id: string, call: Call): Zone => {
    const zone = zones.get(id);
    if (!zone || zone.account === "registry")
      throw new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${id}`, 404);
    if (zone.account !== call.caller.accountId)
      throw new AwsError("AccessDenied", `User: ${call.caller.arn} is not authorized to access this resource`, 403);
    return zone;
  };
  const checkPrior = (zone: Zone) => {
    const natural = controls.priorRequests === "while-pending" && pending.waits(zone.id);
    if (!natural && refusals === 0) return;
    if (!natural) refusals -= 1;
    throw new AwsError(
      "PriorRequestNotComplete",
      "The request was rejected because Route 53 was still processing a prior request.",
    );
  };
  const writeChange = (change: ChangeInfo): XmlFields => ({
    Id: `/change/${change.id}`,
    Status: pending.isPending(change) ? "PENDING" : "INSYNC",
    SubmittedAt: new Date(change.submittedAt).toISOString(),
    Comment: change.comment,
  });

  const addZone = (init: ZoneInit): Zone => {
    try {
      return zones.add(init);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new AwsError("DelegationSetNotAvailable", `The hosted zone ${init.name} cannot be made: ${error.message}.`);
    }
  };
  const createZone = (call: Call): { fields: XmlFields; id: string } => {
    const { name, callerReference, comment, vpc } = readZoneInput(bodyOf(call, "CreateHostedZoneRequest"));
    if (ownZones(call).some(({ notes }) => notes.callerReference === callerReference))
      throw new AwsError(
        "HostedZoneAlreadyExists",
        "A hosted zone has already been created with the specified caller reference.",
        409,
      );
    const zone = addZone({
      name,
      account: call.caller.accountId,
      private: vpc !== undefined,
      notes: { callerReference, ...(comment === undefined ? {} : { comment }), ...(vpc ? { vpc } : {}) },
    });
    const change = pending.submit(zone, call.caller.accountId, []);
    return {
      id: zone.id,
      fields: {
        HostedZone: writeZone(zone, pending),
        ChangeInfo: writeChange(change),
        DelegationSet: writeDelegationSet(zone),
        VPC: vpc,
      },
    };
  };

  const deleteZone = (id: string, call: Call): XmlFields => {
    const zone = zoneOf(id, call);
    const others = pending
      .view(zone)
      .all()
      .filter((set) => set.name !== zone.name || !["SOA", "NS"].includes(set.type));
    if (others.length > 0)
      throw new AwsError(
        "HostedZoneNotEmpty",
        "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
      );
    // The change outlives its zone: tools wait until it is INSYNC.
    const change = pending.submit(zone, call.caller.accountId, []);
    zones.remove(zone.id);
    return { ChangeInfo: writeChange(change) };
  };

  const changeSets = (id: string, call: Call): XmlFields => {
    const zone = zoneOf(id, call);
    const { changes: asked, comment } = readBatch(bodyOf(call, "ChangeResourceRecordSetsRequest"));
    if (asked.length === 0) throw new AwsError("InvalidInput", "Invalid XML ; a ChangeBatch needs at least one Change");
    checkPrior(zone);
    const changes = judgeBatch(zone, pending.view(zone), asked);
    return { ChangeInfo: writeChange(pending.submit(zone, call.caller.accountId, changes, comment)) };
  };

  const find = (call: Call): Operation => {
    const { method, path } = call.request;
    const [version, kind, id = "", part, ...more] = segmentsOf(path);
    const { partition } = call.caller;
    const on = (action: string, response: string, fields: () => XmlFields, resource = "*"): Operation => ({
      action,
      permission: `route53:${action}`,
      resource,
      run: () => xmlReply(response, fields()),
    });
    const tagged =
      version === VERSION && kind === "tags" && id !== "" && more.length === 0
        ? tagOperation(id, part, call, (one) => zoneOf(one, call))
        : undefined;
    if (tagged) return tagged;
    const zoneArn = `arn:${partition}:route53:::hostedzone/${id}`;
    switch (
      version === VERSION && more.length === 0 ? `${method} ${kind}${id && "/ID"}${part ? `/${part}` : ""}` : ""
    ) {
      case "GET hostedzone":
        return on("ListHostedZones", "ListHostedZonesResponse", () => listZones(ownZones(call), call, pending));
      case "GET hostedzonecount":
        return on("GetHostedZoneCount", "GetHostedZoneCountResponse", () => ({
          HostedZoneCount: ownZones(call).length,
        }));
      case "GET healthcheck":
        return on("ListHealthChecks", "ListHealthChecksResponse", () => ({
          HealthChecks: {},
          Marker: queryOf(call.request, "marker") ?? "",
          IsTruncated: false,
          MaxItems: maxItems(call, 100),
        }));
      case "GET hostedzonesbyname":
        return on("ListHostedZonesByName", "ListHostedZonesByNameResponse", () =>
          listZonesByName(ownZones(call), call, pending),
        );
      case "POST hostedzone":
        return {
          action: "CreateHostedZone",
          permission: "route53:CreateHostedZone",
          run: () => {
            const { fields, id: made } = createZone(call);
            const location = `https://route53.amazonaws.com/${VERSION}/hostedzone/${made}`;
            const reply = xmlReply("CreateHostedZoneResponse", fields);
            return { ...reply, status: 201, headers: { ...reply.headers, location } };
          },
        };
      case "GET hostedzone/ID": {
        const fields = () => {
          const zone = zoneOf(id, call);
          const where = zone.private ? { VPCs: writeNetworks(zone) } : { DelegationSet: writeDelegationSet(zone) };
          return { HostedZone: writeZone(zone, pending), ...where };
        };
        return on("GetHostedZone", "GetHostedZoneResponse", fields, zoneArn);
      }
      case "DELETE hostedzone/ID":
        return on("DeleteHostedZone", "DeleteHostedZoneResponse", () => deleteZone(id, call), zoneArn);
      case "GET hostedzone/ID/rrset": {
        const fields = () => listSets(zoneOf(id, call), call, pending);
        return on("ListResourceRecordSets", "ListResourceRecordSetsResponse", fields, zoneArn);
      }
      case "POST hostedzone/ID/rrset":
        return {
          ...on("ChangeResourceRecordSets", "ChangeResourceRecordSetsResponse", () => changeSets(id, call), zoneArn),
          context: () => contextOf(readBatch(bodyOf(call, "ChangeResourceRecordSetsRequest"))),
        };
      case "GET hostedzone/ID/dnssec": {
        const fields = () => {
          if (zoneOf(id, call).private)
            throw new AwsError("InvalidArgument", "The operation is not for private hosted zones.");
          return { Status: { ServeSignature: "NOT_SIGNING" }, KeySigningKeys: {} };
        };
        return on("GetDNSSEC", "GetDNSSECResponse", fields, zoneArn);
      }
      case "GET change/ID": {
        const fields = () => {
          const change = pending.info(id);
          if (change?.account !== call.caller.accountId)
            throw new AwsError("NoSuchChange", `Could not find resource with ID: ${id}`, 404);
          return { ChangeInfo: writeChange(change) };
        };
        return on("GetChange", "GetChangeResponse", fields, `arn:${partition}:route53:::change/${id}`);
      }
      default:
        throw new AwsError("InvalidAction", `The emulator's Route 53 has no ${method} ${path}`, 400);
    }
  };

  /** An input that the emulator does not read is refused, whichever the operation. */
  const operation = (call: Call): Operation => {
    const found = find(call);
    return {
      ...found,
      run(circumstances) {
        refuseOtherParameters(call, PARAMETERS[found.action] ?? []);
        return found.run(circumstances);
      },
    };
  };

  return {
    name: "route53",
    dialect: { kind: "xml", namespace: NAMESPACE },
    accepts: ({ path }, signedFor) =>
      signedFor === "route53" || (signedFor === undefined && path.startsWith(`/${VERSION}/`)),
    limit: ({ caller }) => ({ key: caller.accountId, rate: { perSecond: 5, burst: 5 } }),
    operation,
    controls,
  };
}
