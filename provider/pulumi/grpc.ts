import { createRequire } from "node:module";

/*
 * gRPC and protobuf as Pulumi's SDK has them: its generated messages are made for these copies. They are dependencies of
 * `@pulumi/pulumi` and not of this package, and package managers that keep to the letter give them to Pulumi only. The index
 * of `@pulumi/pulumi` is not loaded: it takes several times as long as all the rest.
 */
const load = createRequire(require.resolve("@pulumi/pulumi/package.json"));

export const grpc: typeof import("@grpc/grpc-js") = load("@grpc/grpc-js");
export const { Any }: typeof import("google-protobuf/google/protobuf/any_pb") = load(
  "google-protobuf/google/protobuf/any_pb",
);
export const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb") = load(
  "google-protobuf/google/protobuf/empty_pb",
);
export const { Struct }: typeof import("google-protobuf/google/protobuf/struct_pb") = load(
  "google-protobuf/google/protobuf/struct_pb",
);
