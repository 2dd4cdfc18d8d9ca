import { z } from "zod";
import { parseFqdn } from "../../../core/fqdn";
import type { Requirement } from "../../../dns/requirement";
import type { SendingWanted } from "../../../lifecycle/observation/sending-at-ses";
import type { StatedSending } from "../subject";
import type { KnownOfSending } from "./ask";
import { zoneIn } from "./records";

const name = z.string().transform((value, ctx) => {
  const parsed = parseFqdn(value);
  if ("name" in parsed) return parsed.name;
  ctx.addIssue({ code: "custom", message: "is not a domain name" });
  return z.NEVER;
});
const verification = z.object({
  name: z.string(),
  dkim: z
    .object({
      method: z.string().optional(),
      zone: name.optional().catch(undefined),
      signing: z.boolean().optional(),
      status: z.string().optional(),
    })
    .optional()
    .catch(undefined),
  mailFrom: z
    .object({
      domain: name,
      onMxFailure: z.enum(["default", "reject"]).catch("default"),
      status: z.string().optional(),
    })
    .optional()
    .catch(undefined),
});
const outputs = z.object({
  verifications: z.array(verification).catch([]),
  readyAt: z.iso.datetime().optional().catch(undefined),
});
type Verification = z.infer<typeof verification>;

/** What the state says of sending: for the domain, and by identity name. */
export interface SendingInState {
  readonly domain: StatedSending;
  readonly identity: (name: string) => KnownOfSending | undefined;
}

/**
 * Reads what a program asks for from a resource's outputs and inputs; what is not as this version writes it counts as not
 * asked for. `requirements`: those of the state. Pure.
 */
export function sendingInState(
  given: { readonly outputs: unknown; readonly inputs: unknown },
  requirements: readonly Requirement[],
): SendingInState {
  const read = outputs.safeParse(given.outputs);
  const verifications = read.success ? read.data.verifications : [];
  const readyAt = read.success ? read.data.readyAt : undefined;
  const own = requirements.filter(({ owner: { purpose } }) => purpose === "dkim" || purpose === "mail-from");
  const asks =
    own.length > 0 || verifications.some(({ dkim, mailFrom }) => dkim !== undefined || mailFrom !== undefined);
  const wanted = z.object({ dmarc: z.unknown() }).safeParse(given.inputs);
  return {
    domain: { requirements: own, verificationOnly: !asks, dmarc: !(wanted.success && wanted.data.dmarc === false) },
    identity(identity) {
      const found = verifications.find((one) => one.name === identity);
      if (found === undefined) return undefined;
      const records = own.filter(({ owner }) => owner.identity === identity && owner.purpose === "dkim");
      return { wanted: wantedOf(found, readyAt), zone: found.dkim?.zone ?? zoneIn(records) };
    },
  };
}

function wantedOf({ dkim, mailFrom }: Verification, readyAt: string | undefined): SendingWanted {
  return {
    dkim: dkim && {
      wanted: dkim.method === undefined || dkim.method === "easy" ? { signing: dkim.signing ?? true } : "keep",
      readyBefore: dkim.status === "Success",
      readyAtMs: readyAt === undefined ? undefined : Date.parse(readyAt),
    },
    mailFrom: mailFrom && {
      wanted: { domain: mailFrom.domain, onMxFailure: mailFrom.onMxFailure },
      readyBefore: mailFrom.status === "Success",
    },
  };
}
