import type { RecordSet, Routing } from "../../zones";
import { AwsError } from "../errors";
import { childOf, childrenOf, textOf, type XmlElement, type XmlFields } from "../xml";
import { refuseOthers } from "./documents";
import { readName, writeName } from "./names";

/** A `<ResourceRecordSet>` as it was sent, not yet judged. */
export type AskedSet = Omit<RecordSet, "ttl" | "routing"> & {
  readonly ttl: number | undefined;
  readonly routing: Routing | undefined;
  readonly alias: boolean;
  readonly healthCheckId: string | undefined;
  /** A routing policy without a SetIdentifier. */
  readonly unidentified: boolean;
};

const ROUTING_TEXTS = ["Region", "Failover", "HealthCheckId"] as const;
const POLICIES = ["Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer"] as const;
const GEO_FIELDS = ["ContinentCode", "CountryCode", "SubdivisionCode"] as const;
/** Alias records are refused where a set is judged. */
const FIELDS = [
  ...["Name", "Type", "SetIdentifier", "TTL", "ResourceRecords", "AliasTarget", "HealthCheckId"],
  ...POLICIES,
];

/** Throws `AwsError` InvalidInput for fields that the emulator does not keep. */
export function readSet(element: XmlElement | undefined): AskedSet {
  refuseOthers(element, "a ResourceRecordSet", FIELDS);
  refuseOthers(childOf(element, "GeoLocation"), "a GeoLocation", GEO_FIELDS);
  const name = textOf(element, "Name");
  const type = textOf(element, "Type");
  if (name === undefined || type === undefined)
    throw new AwsError("InvalidInput", "Invalid XML ; a ResourceRecordSet needs a Name and a Type");
  const ttl = textOf(element, "TTL");
  return {
    name: readName(name.trim(), "InvalidChangeBatch"),
    type: type.trim(),
    ttl: ttl === undefined ? undefined : numberOf(ttl),
    values: childrenOf(childOf(element, "ResourceRecords"), "ResourceRecord").map(readValue),
    routing: readRouting(element),
    alias: childOf(element, "AliasTarget") !== undefined,
    healthCheckId: textOf(element, "HealthCheckId"),
    unidentified:
      textOf(element, "SetIdentifier") === undefined && POLICIES.some((field) => childOf(element, field) !== undefined),
  };
}

function readValue(record: XmlElement): string {
  refuseOthers(record, "a ResourceRecord", ["Value"]);
  return textOf(record, "Value") ?? "";
}

/** NaN for other than decimal digits, which the judge of the set refuses. */
function numberOf(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
}

function readRouting(element: XmlElement | undefined): Routing | undefined {
  const setIdentifier = textOf(element, "SetIdentifier");
  if (setIdentifier === undefined) return undefined;
  const weight = textOf(element, "Weight");
  const multiValue = textOf(element, "MultiValueAnswer");
  if (multiValue !== undefined && !/^(?:true|false)$/.test(multiValue))
    throw new AwsError("InvalidInput", `Invalid XML ; '${multiValue}' is not a valid value for 'boolean'`);
  const geo = childOf(element, "GeoLocation");
  const texts = ROUTING_TEXTS.flatMap((field) => {
    const text = textOf(element, field);
    return text === undefined ? [] : [[field, text] as const];
  });
  const place = GEO_FIELDS.flatMap((field) => {
    const text = textOf(geo, field);
    return text === undefined ? [] : [[field, text] as const];
  });
  return {
    setIdentifier,
    ...(weight === undefined ? {} : { weight: numberOf(weight) }),
    ...(multiValue === undefined ? {} : { multiValueAnswer: multiValue === "true" }),
    ...Object.fromEntries(texts),
    ...(geo ? { GeoLocation: Object.fromEntries(place) } : {}),
  };
}

/** The elements in the order of the API's schema, which some clients insist on. */
export function writeSet(set: RecordSet): XmlFields {
  const { routing } = set;
  const text = (field: string) => routing?.[field] as string | undefined;
  return {
    Name: writeName(set.name),
    Type: set.type,
    SetIdentifier: routing?.setIdentifier,
    Weight: routing?.weight,
    Region: text("Region"),
    GeoLocation: routing?.GeoLocation as XmlFields | undefined,
    Failover: text("Failover"),
    MultiValueAnswer: routing?.multiValueAnswer,
    TTL: set.ttl,
    ResourceRecords: { ResourceRecord: set.values.map((Value) => ({ Value })) },
    HealthCheckId: text("HealthCheckId"),
  };
}
