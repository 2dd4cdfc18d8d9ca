import type { Sighting, Verdict } from "../../authority/authority";
import { describeFinding } from "../../diagnosis/diagnose";
import type { Finding, IdentitySeen } from "../../diagnosis/finding";
import type { Restart } from "../arguments/types";

/** The value of the derived input `verification` while `up` has nothing to do. Without waiting, Pending is as good. */
export type Healthy = "verified" | "requested";

export interface Assessment {
  /** `restart`: SES has to be asked; values are published too. `publish`: values only. */
  readonly action: "none" | "publish" | "restart";
  /** What goes into `verification`, and so into the preview: healthy, or the action and why. */
  readonly text: string;
  /** The findings that call for the action, in words; empty where there is none. */
  readonly why: string;
  /** The identities that SES is asked for again, by name. */
  readonly asks: readonly string[];
  readonly warnings: readonly string[];
  /** What could not be learned; never a reason to change anything. */
  readonly unknown: readonly string[];
}

export interface Seen {
  readonly identities: readonly IdentitySeen[];
  /** One a name that could be read. */
  readonly verdicts: readonly Verdict[];
  /** Values that the DNS host itself no longer holds, though some servers still serve them. */
  readonly goneAtHost: boolean;
  readonly findings: readonly Finding[];
  /** Names that could not be read, and why. */
  readonly unread: readonly string[];
}

/**
 * Decides whether `up` has something to do, from what was seen. Pure. A change is only what `up` can act on: SES says
 * absent, Failed or NotStarted; or a value of ours is missing at the host or at every server that answers. All else warns.
 */
export function assess(seen: Seen, policy: { readonly restart: Restart; readonly healthy: Healthy }): Assessment {
  const lapsed = seen.identities.filter(
    ({ status }) => status === "absent" || status === "Failed" || status === "NotStarted",
  );
  const missing =
    seen.goneAtHost || seen.verdicts.some(({ state, nowhere }) => state === "missing" && nowhere.length > 0);
  const unknown = [
    ...seen.identities.flatMap(({ name, status, unknownBecause }) =>
      status === "unknown"
        ? [`SES could not be asked about identity "${name}": ${unknownBecause ?? "no reason given"}`]
        : [],
    ),
    ...seen.unread,
    ...seen.verdicts.flatMap(({ state, sighting }) => (state === "unknown" ? [unknownIn(sighting)] : [])),
  ];
  const askable = policy.restart === "never" ? [] : lapsed.filter((one) => one.askedAgain?.heldUntilMs === undefined);
  const restart = askable.length > 0;
  const action = restart ? "restart" : missing ? "publish" : "none";
  const words = onceEach(seen.findings.filter(({ severity }) => severity !== "note"));
  if (action === "none") {
    const stopped =
      lapsed.length > 0 && policy.restart === "never"
        ? [
            `restart is "never": SES is not asked again for ${lapsed.map(({ name, status }) => `${name} (${status})`).join(", ")}.`,
          ]
        : [];
    return { action, text: policy.healthy, why: "", asks: [], warnings: [...words, ...stopped], unknown };
  }
  const errors = onceEach(seen.findings.filter(({ severity }) => severity === "error"));
  const why = (errors.length > 0 ? errors : words).slice(0, 2).join(" ");
  return {
    action,
    text: `${action}: ${why} ${remedy(askable, lapsed.length > askable.length, missing, policy.healthy)}`,
    why,
    asks: askable.map(({ name }) => name),
    warnings: words,
    unknown,
  };
}

function unknownIn({ name, servers }: Sighting): string {
  return servers.some(({ kind }) => kind === "values" || kind === "absent")
    ? `Not all servers of ${name} were asked.`
    : `No server answered with authority for ${name}.`;
}

/** What `up` will do. `stops`: some identity has lapsed that SES is not asked for again. */
function remedy(askable: readonly IdentitySeen[], stops: boolean, missing: boolean, healthy: Healthy): string {
  const publish = missing ? "publish what is missing" : undefined;
  const ask = askable.length > 0 ? `ask SES anew (${askable.map(({ name }) => name).join(", ")})` : undefined;
  const steps = [publish, ask].filter((step) => step !== undefined).join(", ");
  if (stops) return `Up will ${steps} and stop there: the rest is not asked of SES again.`;
  return `Up will ${steps}${healthy === "verified" ? " and wait until it is verified" : ""}.`;
}

/** The same problem of several identities is told once, by the first of them. */
export function onceEach(findings: readonly Finding[]): string[] {
  const first = findings.filter((one, index) => findings.findIndex(({ code }) => code === one.code) === index);
  return first.map((one) => {
    const others = new Set(findings.filter(({ code }) => code === one.code).flatMap(({ identities }) => identities));
    for (const own of one.identities) others.delete(own);
    return others.size === 0
      ? describeFinding(one)
      : `${describeFinding(one)} (The same for ${[...others].join(", ")}.)`;
  });
}
