import type * as provider from "@pulumi/pulumi/proto/provider_pb";
import { PartialFailure } from "../../core/partial-failure";
import { printable } from "../../core/text";
import type { Props } from "../../lifecycle/lifecycle";
import { readable } from "../errors";
import { Any, grpc, Struct } from "../grpc";
import type { PropertyChange } from "./detailed-diff";
import type { Made } from "./resource";

const messages: typeof provider = require("@pulumi/pulumi/proto/provider_pb");
const { Status }: typeof import("@pulumi/pulumi/proto/status_pb") = require("@pulumi/pulumi/proto/status_pb");

/** What a gRPC method hands to its callback where it fails. */
export interface RpcFault {
  readonly code: number;
  readonly details: string;
  readonly metadata?: InstanceType<typeof grpc.Metadata>;
}

/** As the engine reads it: `made, but not finished` where something exists, else the message alone. */
export function faultOf(error: unknown, hide: (text: string) => string, wrapped: (outputs: Props) => Props): RpcFault {
  const details = hide(readable(error).message);
  if (!(error instanceof PartialFailure)) return { code: grpc.status.UNKNOWN, details };
  const { id, outputs, watched } = error.state as Made;
  const unfinished = new messages.ErrorResourceInitFailed();
  unfinished.setId(id);
  unfinished.setProperties(structOf(wrapped(outputs)));
  unfinished.setReasonsList([details]);
  unfinished.setRefreshBeforeUpdate(watched);
  const packed = new Any();
  packed.pack(unfinished.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(details);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  // google.rpc.Status, as gRPC carries the details of an error (grpc.io, "Richer error model").
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details, metadata };
}

export function structOf(props: Props): InstanceType<typeof Struct> {
  return Struct.fromJavaScript(props as Parameters<typeof Struct.fromJavaScript>[0]);
}

export function checkFailure({ property, reason }: { readonly property: string; readonly reason: string }) {
  const failure = new messages.CheckFailure();
  failure.setProperty(property);
  failure.setReason(printable(reason));
  return failure;
}

/** Of a function. The engine prints no value there, and SDKs name the property after the reason. `shown`: "PATH: REASON". */
export function callFailure({ property }: { readonly property: string }, shown: string) {
  const path = `${printable(property)}: `;
  const reason = shown.startsWith(path) ? shown.slice(path.length) : shown;
  return checkFailure({ property: printable(property) || "arguments", reason });
}

const { Kind } = messages.PropertyDiff;
const KINDS = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

export function propertyDiff({ kind, isInput, replaces }: PropertyChange) {
  const diff = new messages.PropertyDiff();
  diff.setKind(KINDS[kind][replaces ? 1 : 0]);
  diff.setInputdiff(isInput);
  return diff;
}
