import { z } from "zod";
import type { DkimSeen } from "../../../diagnosis/finding";
import type { KnownOfSending } from "../../../doctor/sending/ask";
import { zoneIn } from "../../../doctor/sending/records";
import type { StatedSending } from "../../../doctor/subject";
import type { DomainState, Verification } from "../../../lifecycle/domain/state";
import type { SendingWanted } from "../../../lifecycle/observation/sending-at-ses";
import { EASY_DKIM } from "../../../lifecycle/sending/state";

/** A program's arguments as the state holds them, as far as they are asked about here. */
const argument = z.unknown().optional();
const inputs = z.object({
  dkim: argument,
  mailFrom: argument,
  dmarc: argument,
  identities: z.array(z.object({ name: argument, region: argument, dkim: argument, mailFrom: argument })).catch([]),
});
type Inputs = z.infer<typeof inputs>;

/** What the state says of sending: for the domain, and by identity name. */
export interface SendingInState {
  readonly domain: StatedSending;
  readonly identity: (name: string) => KnownOfSending | undefined;
}

/** What a program asks for is in the state's outputs; that it wants to watch only, or to look for no DMARC, is in its inputs. Pure. */
export function sendingInState(
  { requirements, verifications, readyAt }: Pick<DomainState, "requirements" | "verifications" | "readyAt">,
  given: unknown,
): SendingInState {
  const own = requirements.filter(({ owner: { purpose } }) => purpose === "dkim" || purpose === "mail-from");
  const asks =
    own.length > 0 || verifications.some(({ dkim, mailFrom }) => dkim !== undefined || mailFrom !== undefined);
  const read = inputs.safeParse(given);
  const args: Inputs = read.success
    ? read.data
    : { dkim: undefined, mailFrom: undefined, dmarc: undefined, identities: [] };
  return {
    domain: { requirements: own, verificationOnly: !asks, dmarc: args.dmarc !== false },
    identity(name) {
      const found = verifications.find((one) => one.name === name);
      if (found === undefined) return undefined;
      const records = own.filter(({ owner }) => owner.identity === name && owner.purpose === "dkim");
      return { wanted: wantedOf(found, args, readyAt), zone: found.dkim?.zone ?? zoneIn(records) };
    },
  };
}

function wantedOf({ name, dkim, mailFrom }: Verification, args: Inputs, readyAt: string | undefined): SendingWanted {
  const own = args.identities.find((one) => (one.name ?? one.region) === name);
  const asksDkim = own?.dkim ?? args.dkim;
  const asksMailFrom = own?.mailFrom ?? args.mailFrom;
  return {
    dkim: dkim && {
      wanted: asksDkim === false ? undefined : wantedDkim(dkim, asksDkim),
      readyBefore: dkim.status === "Success",
      readyAtMs: readyAt === undefined ? undefined : msOf(readyAt),
    },
    mailFrom: mailFrom && {
      wanted: asksMailFrom === false ? undefined : { domain: mailFrom.domain, onMxFailure: mailFrom.onMxFailure },
      readyBefore: mailFrom.status === "Success",
    },
  };
}

function wantedDkim({ method, signing }: NonNullable<Verification["dkim"]>, asked: unknown): DkimSeen["wanted"] {
  if (asked === "keep") return "keep";
  const easy = z.object({ signing: z.boolean() }).safeParse(asked);
  if (easy.success) return { signing: easy.data.signing };
  // Where the inputs do not say, what is not Easy DKIM is not this package's.
  return asked === undefined && method !== EASY_DKIM ? "keep" : { signing: asked === true || signing };
}

/** Undefined for what is no time. */
function msOf(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
