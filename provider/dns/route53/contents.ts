import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { type AnswerMode, type PresentRecord, presentRecord } from "../present";
import { isRecordType } from "../record";
import { readValue } from "./values";

/** What a name's sets hold, record by record; of an alias, and of a set without records, one that says where it leads. */
export function presentIn(sets: readonly ResourceRecordSet[]): readonly PresentRecord[] {
  return sets.flatMap((set) => {
    const { Type: type = "unknown", TTL: ttl, ResourceRecords: records = [], AliasTarget: alias } = set;
    const mode = modeOf(set);
    if (records.length === 0) return [presentRecord(type, undefined, { told: alias?.DNSName, ttl, mode })];
    return records.map((record) => {
      const data = isRecordType(type) ? readValue(type, record) : undefined;
      return presentRecord(type, data, { told: record.Value, ttl, mode });
    });
  });
}

/** Route 53 API reference, ResourceRecordSet: every routing policy but the simple one has an identifier. */
function modeOf({ AliasTarget, SetIdentifier, TrafficPolicyInstanceId }: ResourceRecordSet): AnswerMode {
  if (AliasTarget !== undefined) return "alias";
  return SetIdentifier !== undefined || TrafficPolicyInstanceId !== undefined ? "routed" : "plain";
}
