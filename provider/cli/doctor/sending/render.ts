import { PART_TITLES, PARTS, type Part } from "../../../doctor/sending/parts";
import type { PartStanding, PartState, SendingStanding } from "../../../doctor/sending/standing";
import { headed, type TextStyle, type Tone } from "../paint";
import { type Row, table } from "../table";

const WORDS: Readonly<Record<PartState, string>> = {
  ready: "ready",
  "not-ready": "not ready",
  off: "off",
  unknown: "unknown",
};
const TONES: Readonly<Record<PartState, Tone>> = { ready: "good", "not-ready": "bad", off: "note", unknown: "doubt" };
const WHOLE: Readonly<Record<SendingStanding["state"], { readonly text: string; readonly tone: Tone }>> = {
  ready: { text: "yes", tone: "good" },
  "not-ready": { text: "no", tone: "bad" },
  unknown: { text: "not fully known", tone: "doubt" },
};

/** One line a part: ready or not, and why; for each identity where they differ. Empty where it was not looked at. Pure. */
export function renderSending(sending: SendingStanding | undefined, { width, paint }: TextStyle): string {
  if (sending === undefined) return "";
  const { text, tone } = WHOLE[sending.state];
  const rows = PARTS.map(
    (part): Row => [
      { text: PART_TITLES[part] },
      { text: whoHas(part, sending), tone: TONES[sending.parts[part].state] },
    ],
  );
  return [headed("Ready to send", `: ${text}`, width, paint, tone), ...table(rows, width, paint)].join("\n");
}

/** `ready`, or `in us-east-1: ready; in eu-west-1: not ready: dkim-cname-missing`. */
function whoHas(part: Part, { identities, parts }: SendingStanding): string {
  if (part === "dmarc" || identities.length === 0) return said(parts[part]);
  const groups = new Map<string, string[]>();
  for (const one of identities) {
    const text = said(one[part]);
    groups.set(text, [...(groups.get(text) ?? []), one.name]);
  }
  const [only, ...more] = [...groups.keys()];
  if (only !== undefined && more.length === 0) return only;
  return [...groups].map(([text, names]) => `${names.join(", ")} ${text}`).join("; ");
}

function said({ state, codes, says }: PartStanding): string {
  const why = codes.length > 0 ? codes.join(", ") : says;
  return why === undefined || state === "off" || state === "ready" ? WORDS[state] : `${WORDS[state]}: ${why}`;
}
