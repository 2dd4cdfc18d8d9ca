import { z } from "zod";
import { AwsError } from "./errors";
import type { Call } from "./service";

/** A member that is null counts as left out (AWS restJson1 protocol). */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const tag = z.object({ Key: maybe(z.string()), Value: maybe(z.string()) });

/** The members that the emulator reads; others are ignored. What is required is judged by the operation, as AWS does. */
export const createBody = z.object({ EmailIdentity: maybe(z.string()), Tags: maybe(z.array(tag)) });
export const tagBody = z.object({ ResourceArn: maybe(z.string()), Tags: maybe(z.array(tag)) });
export const listBody = z.object({
  PageSize: maybe(z.number()),
  NextToken: maybe(z.string()),
  Filter: maybe(
    z.object({
      IDENTITY_NAME_CONTAINS: maybe(z.string()),
      IDENTITY_TYPE: maybe(z.string()),
      VERIFICATION_STATUS: maybe(z.string()),
    }),
  ),
});

export type ListRequest = z.infer<typeof listBody>;
export type AskedTag = z.infer<typeof tag>;

/** The JSON body as the operation's model has it. Throws `AwsError` SerializationException for any other. */
export function bodyOf<T>(schema: z.ZodType<T>, { request }: Call): T {
  const text = request.body.toString("utf8");
  const parsed = schema.safeParse(text === "" ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "The request body" : issue.path.join(".");
  throw new AwsError("SerializationException", `${where}: ${issue?.message ?? "unexpected"}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON.");
  }
}
