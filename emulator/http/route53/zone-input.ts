import type { Fqdn } from "../../../provider/core/fqdn";
import { AwsError } from "../errors";
import { childOf, textOf, type XmlElement } from "../xml";
import { commentOf, refuseOthers } from "./documents";
import { readName } from "./names";

/** What a CreateHostedZoneRequest asks for. */
export interface AskedZone {
  readonly name: Fqdn;
  readonly callerReference: string;
  readonly comment: string | undefined;
  /** The network of a private zone. */
  readonly vpc: { readonly VPCRegion: string | undefined; readonly VPCId: string } | undefined;
}

const LONGEST_REFERENCE = 128;

/**
 * API_CreateHostedZone. Throws `AwsError`: InvalidDomainName, InvalidVPCId, NoSuchDelegationSet, as the emulator has no
 * reusable delegation sets, and InvalidInput for all else.
 */
export function readZoneInput(root: XmlElement): AskedZone {
  refuseOthers(root, "a CreateHostedZoneRequest", [
    ...["Name", "VPC", "CallerReference", "HostedZoneConfig", "DelegationSetId"],
  ]);
  const config = childOf(root, "HostedZoneConfig");
  refuseOthers(config, "a HostedZoneConfig", ["Comment", "PrivateZone"]);
  const name = readName(textOf(root, "Name")?.trim() ?? "");
  const callerReference = textOf(root, "CallerReference") ?? "";
  if (callerReference === "" || [...callerReference].length > LONGEST_REFERENCE)
    throw new AwsError("InvalidInput", `Invalid CallerReference: it has 1 to ${LONGEST_REFERENCE} characters`);
  const delegationSet = textOf(root, "DelegationSetId");
  if (delegationSet !== undefined) throw noSuchDelegationSet(delegationSet);
  return { name, callerReference, comment: commentOf(config), vpc: networkOf(root, config) };
}

/** A zone is private exactly where it has a network. */
function networkOf(root: XmlElement, config: XmlElement | undefined): AskedZone["vpc"] {
  const network = childOf(root, "VPC");
  const wanted = textOf(config, "PrivateZone")?.trim();
  if (wanted !== undefined && wanted !== "true" && wanted !== "false")
    throw new AwsError("InvalidInput", `Invalid XML ; '${wanted}' is not a valid value for 'boolean'`);
  if (!network && wanted === "true") throw new AwsError("InvalidInput", "A private hosted zone needs a VPC");
  if (!network) return undefined;
  refuseOthers(network, "a VPC", ["VPCRegion", "VPCId"]);
  const id = textOf(network, "VPCId")?.trim();
  if (!id) throw new AwsError("InvalidVPCId", "The VPC has no VPCId");
  return { VPCRegion: textOf(network, "VPCRegion"), VPCId: id };
}

export function noSuchDelegationSet(id: string): AwsError {
  return new AwsError("NoSuchDelegationSet", `The emulator has no reusable delegation sets: ${id}`);
}
