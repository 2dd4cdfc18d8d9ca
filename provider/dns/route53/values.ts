import type { ResourceRecord } from "@aws-sdk/client-route-53";
import { comparable, parsePresentation, presentation, type RecordData, type RecordType } from "../record";
import { quoteText, unquoteText } from "../txt";
import { plainName } from "./names";

/** What one value of a set says; undefined where it is not of the set's type. */
export function readValue(type: RecordType, { Value = "" }: ResourceRecord): RecordData | undefined {
  return type === "TXT" ? { type, text: unquoteText(Value, "octal") } : parsePresentation(type, plainName(Value));
}

/** As Route 53 takes it: text with octal escapes, names with a final dot. */
export function writeValue(data: RecordData): string {
  return data.type === "TXT" ? quoteText(data.text, "octal") : presentation(data);
}

/** To be held against `comparable`. */
export function comparableValue(type: RecordType, record: ResourceRecord): string {
  const data = readValue(type, record);
  return data === undefined ? (record.Value ?? "") : comparable(data);
}
