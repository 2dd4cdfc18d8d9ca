import { z } from "zod";
import { failure } from "./api";

const zones = z.array(z.object({ id: z.string(), name: z.string(), servers: z.array(z.string()) }));
const set = z.object({ ttl: z.number(), values: z.array(z.string()) });
const change = z.object({ changed: z.boolean() });
const standing = z.union([z.object({ cname: z.string() }), z.object({ types: z.string() })]);

/** An answer counts only in the shape that the API promises. */
function reader<T>(shape: z.ZodType<T>) {
  return (json: unknown, doing: string): T => {
    const read = shape.safeParse(json);
    if (read.success) return read.data;
    throw failure("host-unavailable", doing, "its answer has not the shape that its API promises");
  };
}

export const ANSWERS = {
  zones: reader(zones),
  set: reader(set),
  change: reader(change),
  standing: reader(standing),
};
