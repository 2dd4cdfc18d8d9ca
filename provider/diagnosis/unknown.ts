import { clip } from "../core/text";
import type { Code } from "./catalogue";
import type { IdentitySeen, Observations } from "./finding";

/** The finding for an error of the port to SES. */
export function unknownCode(code: string | undefined): Code {
  switch (code) {
    case "permission-missing":
      return "ses-permission-missing";
    case "credentials-missing":
    case "credentials-refused":
      return "ses-credentials";
    case "region-unknown":
      return "ses-region";
    default:
      return "ses-unknown";
  }
}

type Reported = Pick<Observations, "inDoctor">;

/** Why SES could not be asked. In the doctor's report the error's hint is the fix, so that it stands there alone. */
export function reasonOf({ unknownBecause, unknownHint = "" }: IdentitySeen, { inDoctor }: Reported): string {
  const whole = unknownBecause ?? "no reason was given";
  const apart = inDoctor && unknownHint !== "" && whole.endsWith(unknownHint);
  return clip(apart ? whole.slice(0, -unknownHint.length).trimEnd() : whole, 1_000);
}

/** What the error itself says to do: closer to the cause than the catalogue. */
export function hintOf({ unknownHint }: IdentitySeen, { inDoctor }: Reported): string | undefined {
  return inDoctor ? unknownHint : undefined;
}
