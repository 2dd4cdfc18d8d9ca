import { z } from "zod";
import { failure } from "./api";

const zones = z.array(z.object({ id: z.string(), name: z.string(), servers: z.array(z.string()) }));
const records = z.array(z.object({ type: z.string(), ttl: z.number(), value: z.string() }));

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
  records: reader(records),
};
