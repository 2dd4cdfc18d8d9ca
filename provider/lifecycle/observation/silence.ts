import { formatDuration } from "../../core/duration";
import { explain, type SesDomainError } from "../../core/errors";
import { clip } from "../../core/text";

/** What fell silent. */
interface Silent {
  /** As the subject of a sentence. */
  readonly name: string;
  /** The error for a caller that gets no answer, retryable. */
  readonly fault: (message: string) => SesDomainError;
}

/** How it was silent. */
interface Wait {
  readonly ms: number;
  /** It answered, but with nothing of use. */
  readonly heard: boolean;
  /** Why its answers were of no use, or why a call failed. */
  readonly reason: string | undefined;
}

/** What is told of an endpoint that gives no answer: as an error to each caller, and once as a warning. */
export interface Silence {
  /** Of the last time that it fell silent. */
  readonly fault: SesDomainError | undefined;
  fell(wait: Wait | "not asked"): SesDomainError;
  /** Whether the text is a caller's way to say the same. */
  isIn(text: string): boolean;
  /** What has to be told still, from then on told. */
  takeDue(): string | undefined;
}

const LONGEST_REASON = 300;

export function openSilence({ name, fault: faultOf }: Silent): Silence {
  const messages = new Set<string>();
  let fault: SesDomainError | undefined;
  let told = false;
  return {
    get fault() {
      return fault;
    },
    fell(wait) {
      const message = `${name} ${wait === "not asked" ? NOT_ASKED : describe(wait)} So what it knows of this and other resources is unknown. This preview does not wait for it again.`;
      messages.add(message);
      fault = faultOf(message);
      return fault;
    },
    isIn: (text) => [...messages].some((each) => text.includes(each)),
    takeDue() {
      if (told || fault === undefined) return undefined;
      told = true;
      return explain(fault);
    },
  };
}

const NOT_ASKED = "was not asked: strict previews had waited too long for other answers.";

function describe({ ms, heard, reason }: Wait): string {
  const what = heard ? "no usable answer" : "no answer";
  const last = reason === undefined ? "" : ` (the last failure: ${clip(reason, LONGEST_REASON).replace(/\.$/, "")})`;
  return `gave ${what} for ${formatDuration(rounded(ms))}${last}.`;
}

/** In seconds; a part of the first one in tenths. */
function rounded(ms: number): number {
  const unitMs = ms < 1_000 ? 100 : 1_000;
  return Math.max(unitMs, Math.round(ms / unitMs) * unitMs);
}
