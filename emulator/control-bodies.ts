import { isIP } from "node:net";
import { z } from "zod";
import type { Fqdn } from "../provider/core/fqdn";
import { hostName } from "./names";
import { refusedSet, refusedValue } from "./values/values";

/** Ten years: an identity is looked at thousands of times on the way. */
const LONGEST_ADVANCE_MS = 3_653 * 24 * 3_600_000;
const LONGEST_DELAY_MS = 600_000;
const LARGEST_TTL = 0x7fffffff;

const readable = (read: (text: string) => Fqdn) =>
  z.string().transform((text, context): Fqdn => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue({ code: "custom", message: String(error) });
      return z.NEVER;
    }
  });
const name = readable(hostName);
const type = z.string().regex(/^[A-Z0-9]{1,20}$/, "a type such as TXT");
const loopback = z.string().refine((text) => (isIP(text) === 4 && text.startsWith("127.")) || text === "::1", {
  message: "a loopback address",
});
const server = z.object({ name, addresses: z.array(loopback) });
const delayMs = z.number().min(0).max(LONGEST_DELAY_MS);
const lagMs = z.union([z.number().min(0), z.literal("frozen")]);

const setFields = {
  name,
  type,
  ttl: z.number().int().min(0).max(LARGEST_TTL).default(300),
  values: z.array(z.string()).min(1),
};

interface Values {
  readonly type: string;
  readonly values: readonly string[];
}

/** Each value by what the name servers can serve. Returns whether all are good. */
function judgeValues({ type, values }: Values, context: z.RefinementCtx): boolean {
  const refused = values.flatMap((value, index) => {
    const message = refusedValue(type, value);
    return message === undefined ? [] : [{ message, path: ["values", index] }];
  });
  for (const issue of refused) context.addIssue({ code: "custom", ...issue });
  return refused.length === 0;
}

function judgeSet(set: Values, context: z.RefinementCtx): void {
  const message = judgeValues(set, context) ? refusedSet(set.type, set.values) : undefined;
  if (message !== undefined) context.addIssue({ code: "custom", message, path: ["values"] });
}

/** What each route takes, by its subject. */
export const bodies = {
  clock: z.strictObject({ advanceMs: z.number().min(0).max(LONGEST_ADVANCE_MS) }),
  zone: z.strictObject({
    name,
    account: z.string().optional(),
    private: z.boolean().optional(),
    id: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional(),
    servers: z.array(server).optional(),
    delegated: z.union([z.boolean(), z.array(server)]).optional(),
    sets: z.array(z.strictObject(setFields).superRefine(judgeSet)).optional(),
  }),
  zoneKey: z.strictObject({ zone: z.string() }),
  record: z.strictObject({ zone: z.string(), ...setFields }).superRefine(judgeSet),
  recordKey: z.strictObject({ zone: z.string(), name, type, setIdentifier: z.string().optional() }),
  dnsFault: z.strictObject({
    target: z.string(),
    fault: z.strictObject({
      lagMs: lagMs.optional(),
      silent: z.enum(["udp", "tcp", "both"]).optional(),
      lame: z.enum(["REFUSED", "SERVFAIL", "no-aa", "recursive"]).optional(),
      truncate: z.boolean().optional(),
      refuseTcp: z.boolean().optional(),
      edns: z.enum(["FORMERR", "drop"]).optional(),
      lie: z
        .strictObject({ type, name: z.string().optional(), values: z.array(z.string()) })
        .superRefine((lie, context) => void judgeValues(lie, context))
        .optional(),
      mismatch: z.enum(["id", "question"]).optional(),
      latencyMs: delayMs.optional(),
      losesOneOf: z.number().int().min(1).optional(),
      within: z.string().optional(),
      only: type.optional(),
      onTheWay: z.boolean().optional(),
    }),
  }),
  httpFault: z.strictObject({
    match: z.strictObject({
      service: z.string().optional(),
      action: z.string().optional(),
      region: z.string().optional(),
      account: z.string().optional(),
      host: z.string().optional(),
    }),
    fault: z.strictObject({
      kind: z.enum(["throttle", "error", "cut-before", "cut-after", "deny", "delay", "reply", "late-tags"]),
      times: z.number().int().positive().optional(),
      status: z.number().int().min(200).max(599).optional(),
      code: z.string().regex(/^\w+$/).optional(),
      message: z.string().optional(),
      body: z.string().optional(),
      contentType: z
        .string()
        .regex(/^[\x20-\x7e]+$/)
        .optional(),
      afterEffect: z.boolean().optional(),
      delayMs: delayMs.optional(),
      lagMs: lagMs.optional(),
    }),
  }),
  faultKey: z.strictObject({ id: z.string().optional() }),
};
