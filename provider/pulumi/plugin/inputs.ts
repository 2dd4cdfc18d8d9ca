import { clip, LONGEST_LINE } from "../../core/text";
import { type Healthy, type Outlook, PART_NAMES, PART_READY, type Props } from "../../lifecycle/lifecycle";
import { isAskedFor, REGISTER_VERSION } from "../inputs";

/*
 * What stands in the inputs and outputs of the plugin's resources next to the program's arguments and the lifecycle's state.
 * An input that always says what is wanted lets the engine show `verified: false => true` where an output says otherwise:
 * it compares the outputs of the last run, or of the refresh before this one, with the new inputs.
 */

/** Outputs that a look may find to be false. */
export const WANTED_OUTPUTS = ["verified", "readyToSend"] as const;

/**
 * The inputs that never depend on what is seen, and the ARNs, which follow from the arguments and the credentials. Of a new
 * resource none says what was seen: nothing was.
 */
export function constantInputs(
  inputs: Props,
  healthy: Healthy,
  more: {
    readonly isNew: boolean;
    readonly watches: boolean;
    readonly arns: Readonly<Record<string, string>> | undefined;
  },
): Props {
  const isSending = (["dkim", "mailFrom"] as const).some((part) => isAskedFor(inputs, part));
  return {
    ...(more.isNew ? {} : wantedInputs(healthy, more.watches, isSending)),
    __healthy: healthy,
    __register: REGISTER_VERSION,
    ...(more.arns === undefined ? {} : { identityArns: more.arns }),
  };
}

function wantedInputs(healthy: Healthy, watches: boolean, isSending: boolean): Props {
  return {
    ...(watches ? { verified: true } : {}),
    ...(watches && isSending ? { readyToSend: true } : {}),
    verification: healthy,
  };
}

/** What a resource with these inputs is called while there is nothing to do. */
export function healthyIn({ __healthy, verification }: Props): Healthy {
  return (__healthy ?? verification) === "requested" ? "requested" : "verified";
}

/** What a look came to, in one line: the healthy word, or what `up` has to do and why. */
export function verificationText(outlook: Outlook, healthy: Healthy): string {
  const { text, parts = {}, incomplete } = outlook;
  const told = PART_NAMES.flatMap((part) => {
    const said = parts[part];
    return said === undefined || said === PART_READY ? [] : [`${part}: ${said}`];
  });
  const all = text === healthy && told.length > 0 ? told : [text, ...told];
  const [only = healthy] = all;
  if (all.length === 1 && only === healthy && incomplete !== undefined) return clip(incomplete, LONGEST_LINE);
  return clip(all.join("; "), LONGEST_LINE);
}

/** Outputs that a look may find lower than the last `up` left them. */
const LOWERED = ["verified", "verifiedAt", "readyToSend", "readyAt", "sendingArns", "verifications"] as const;

/**
 * The outputs as the last `up` left them. What there is to do is decided from these: a look that finds a domain not verified
 * calls for an update only where the update can do something about it.
 */
export function asLeft({ __left, ...outputs }: Props): Props {
  return typeof __left === "object" && __left !== null ? { ...outputs, ...__left } : outputs;
}

/** What a look found lower, as it was left. What it found higher is as if `up` had seen it. */
export function loweredIn(outputs: Props, before: Props): { readonly __left?: Props } {
  const left = asLeft(before);
  const isLower = (["verified", "readyToSend"] as const).some((name) => left[name] === true && outputs[name] === false);
  if (!isLower) return {};
  return {
    __left: Object.fromEntries(LOWERED.flatMap((name) => (left[name] === undefined ? [] : [[name, left[name]]]))),
  };
}
