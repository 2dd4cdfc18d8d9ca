import { AwsError } from "../errors";
import type { AskedSet } from "./sets";

/** API reference, ResourceRecordSetRegion. */
const REGIONS = new Set(
  `af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
  eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1
  us-gov-west-1 us-west-1 us-west-2`.split(/\s+/),
);
const CONTINENTS = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"];
const LONGEST_IDENTIFIER = 128;

const invalid = (message: string) => new AwsError("InvalidInput", message);

/**
 * Judges the routing policy of a set as it was sent (API reference, ResourceRecordSet). `where` describes the change.
 * Throws `AwsError`: InvalidInput, and NoSuchHealthCheck, as the emulator has no health checks.
 */
export function judgeRouting({ routing, unidentified, healthCheckId }: AskedSet, action: string, where: string): void {
  if (unidentified) throw invalid(`Invalid request: Missing field 'SetIdentifier' in ${where}`);
  if (healthCheckId !== undefined && action !== "DELETE")
    throw new AwsError("NoSuchHealthCheck", `No health check found with ID: ${healthCheckId}`, 404);
  if (!routing) return;
  const { setIdentifier, weight, multiValueAnswer, Region, Failover, GeoLocation } = routing;
  if (setIdentifier === "" || [...setIdentifier].length > LONGEST_IDENTIFIER)
    throw invalid(`Invalid SetIdentifier in ${where}: it has 1 to ${LONGEST_IDENTIFIER} characters`);
  if (weight !== undefined && !(weight >= 0 && weight <= 255)) throw invalid(`Invalid Weight in ${where}`);
  if (Region !== undefined && !REGIONS.has(String(Region))) throw invalid(`Invalid Region in ${where}`);
  if (Failover !== undefined && Failover !== "PRIMARY" && Failover !== "SECONDARY")
    throw invalid(`Invalid Failover in ${where}`);
  if (GeoLocation !== undefined && !isPlace(GeoLocation)) throw invalid(`Invalid GeoLocation in ${where}`);
  if (action === "DELETE") return;
  const kinds = [weight, Region, Failover, GeoLocation, multiValueAnswer].filter((kind) => kind !== undefined);
  if (kinds.length !== 1)
    throw invalid(
      `Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, GeoProximityLocation, or CidrRoutingConfig], but found ${kinds.length > 1 ? "more than one" : "none"} in ${where}`,
    );
}

/** A continent, or a country or `*`, or a part of a country (API reference, GeoLocation). */
function isPlace(place: unknown): boolean {
  if (typeof place !== "object" || place === null) return false;
  const { ContinentCode, CountryCode, SubdivisionCode } = place as Readonly<Record<string, string | undefined>>;
  if (ContinentCode !== undefined)
    return CountryCode === undefined && SubdivisionCode === undefined && CONTINENTS.includes(ContinentCode);
  if (CountryCode === undefined || !/^(?:\*|[A-Z]{2})$/.test(CountryCode)) return false;
  return SubdivisionCode === undefined || (CountryCode !== "*" && /^(?:\*|[A-Z0-9]{1,3})$/.test(SubdivisionCode));
}
