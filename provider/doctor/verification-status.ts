import { z } from "zod";
import type { Ctx } from "../core/ctx";
import { plain } from "../core/plain";
import { maySend } from "../lifecycle/address/goal";
import type { Clients } from "../lifecycle/observation/clients";
import { askAddress } from "./address/checkup";
import type { Given } from "./examine";
import { checkIdentity, isAsked } from "./identity-check";
import { identityWord } from "./json";
import { dkim, mailFrom, word } from "./schema";
import { openSendingPorts } from "./sending/ask";
import { askSending } from "./sending/examine";
import { dkimSeenJson, mailFromSeenJson } from "./sending/json";
import { askStatus } from "./status-board";
import { isVerified } from "./verified";

const ofPart = { state: true, codes: true } as const;

/** What SES says of one domain or address, without a look at DNS. */
export const verificationStatus = z.object({
  state: z
    .enum(["verified", "not-verified", "unknown"])
    .describe(
      "verified: every identity is; not-verified: SES says of one that it is not; unknown: it could not be learned",
    ),
  verified: z.boolean().describe("whether every identity is verified; false where that could not be learned, too"),
  domain: z.string().optional().describe("the domain, as DNS writes it"),
  address: z.string().optional().describe("the address, its domain as DNS writes it"),
  identities: z
    .array(
      z.object({
        ...word,
        verified: z.boolean().describe("whether mail can be sent from it; false where that could not be learned, too"),
        token: z.string().optional().describe("SES's token, the value of the TXT record; an address has none"),
        dkim: dkim.omit(ofPart).optional().describe("what SES says of DKIM; an address has none"),
        mailFrom: mailFrom
          .omit(ofPart)
          .optional()
          .describe("what SES says of the MAIL FROM domain; an address has none"),
      }),
    )
    .describe("the identities that were asked, in the order of the arguments"),
  sesNotAsked: z.string().optional().describe("why SES was not asked, where no identity was named"),
});

type VerificationStatus = z.infer<typeof verificationStatus>;
type IdentityStatus = VerificationStatus["identities"][number];

/** Asks SES alone; what could not be learned is unknown. Reads only. */
export async function readVerificationStatus(
  given: Given,
  clients: Pick<Clients, "ses">,
  ctx: Ctx,
): Promise<VerificationStatus> {
  return plain("domain" in given ? await ofDomain(given, clients, ctx) : await ofAddress(given, clients, ctx));
}

async function ofDomain(
  { domain: subject }: Extract<Given, { domain: unknown }>,
  clients: Pick<Clients, "ses">,
  ctx: Ctx,
): Promise<VerificationStatus> {
  const ports = { clients, status: askStatus };
  const all = await Promise.all(subject.identities.map((identity) => checkIdentity(identity, subject, ports, ctx)));
  const checks = all.filter(isAsked);
  const leftOut = all.find((one) => !isAsked(one));
  const { identities } = await askSending(subject, checks, { sending: openSendingPorts() }, ctx);
  const told = identities.map((seen, index): IdentityStatus => {
    const token = checks[index]?.seen.token;
    const parts = { dkim: dkimSeenJson(seen.dkim), mailFrom: mailFromSeenJson(seen.mailFrom) };
    return { ...identityWord(seen), verified: isVerified(seen), token, ...parts };
  });
  return { ...summary(told), domain: subject.domain, identities: told, sesNotAsked: leftOut?.seen.unknownBecause };
}

async function ofAddress(
  { address: subject }: Extract<Given, { address: unknown }>,
  clients: Pick<Clients, "ses">,
  ctx: Ctx,
): Promise<VerificationStatus> {
  const { seen, leftOut } = await askAddress(subject, clients, { authority: undefined, fresh: true }, ctx);
  const told = seen.identities.map((one): IdentityStatus => ({ ...identityWord(one), verified: maySend(one) }));
  return { ...summary(told), address: subject.address, identities: told, sesNotAsked: leftOut?.because };
}

function summary(told: readonly IdentityStatus[]): Pick<VerificationStatus, "state" | "verified"> {
  const verified = told.length > 0 && told.every((one) => one.verified);
  if (verified) return { state: "verified", verified };
  return {
    state: told.some((one) => !one.verified && one.status !== "unknown") ? "not-verified" : "unknown",
    verified,
  };
}
