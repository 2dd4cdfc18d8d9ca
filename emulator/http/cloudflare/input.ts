import { z } from "zod";
import type { HttpRequest } from "../message";
import { refusal } from "./envelope";
import { judgeType, limit, type RecordInput } from "./judge";

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** `dns-records_dns-record` of Cloudflare's OpenAPI description, as far as it is read here. */
const schema = z.object({
  type: z.string(),
  name: z.string(),
  content: z.string(),
  ttl: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).default(1),
  priority: z
    .number()
    .nullish()
    .transform((value) => value ?? undefined),
  proxied: flag,
  comment: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
  settings: z.object({ flatten_cname: flag, ipv4_only: flag, ipv6_only: flag }).nullish(),
  tags: z.array(z.string()).nullish(),
});

/** A record that a request describes, over what it was `before`. Throws `Refusal`. */
export function recordOf({ body }: HttpRequest, before: Readonly<Record<string, unknown>> = {}): RecordInput {
  const invalid = () => refusal(400, 9207, "Request body is invalid.");
  let given: unknown;
  try {
    given = JSON.parse(body.toString("utf8"));
  } catch {
    // Whatever the parser says, the API says only this.
    throw invalid();
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw invalid();
  const merged: Readonly<Record<string, unknown>> = { ...before, ...given };
  // First, since a record of another type has `data` in place of its content.
  if (typeof merged.type === "string") judgeType(merged.type);
  const parsed = schema.safeParse(merged);
  if (!parsed.success) throw invalid();
  const { settings, tags, ...record } = parsed.data;
  if (tags?.length) throw limit("keeps no tags of records");
  if (settings?.ipv4_only || settings?.ipv6_only) throw limit("has no ipv4_only and ipv6_only");
  return { ...record, flattened: settings?.flatten_cname ?? false };
}
