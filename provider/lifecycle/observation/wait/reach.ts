import { isLimitCode } from "../../../authority/allowance";
import type { WaitRound } from "./round";

/**
 * Whether the name servers are within reach, whatever they say: a zone that is being set up refuses, and a domain that
 * is being delegated is denied by the parent zone. A resolver that answers in their place is not they. Where our own limits
 * keep us from asking, no server is silent.
 */
export function anyAnswered({ readings }: Pick<WaitRound, "readings">): boolean {
  return readings.some((reading) =>
    "sighting" in reading
      ? reading.sighting.servers.some((one) =>
          one.kind === "lame"
            ? !one.recursive
            : one.kind !== "unreachable" || one.noTcp === true || one.servesZone === true || one.unasked === "limit",
        )
      : reading.code === "zone-unknown" || isLimitCode(reading.code),
  );
}

const FROM_THE_ROOT: ReadonlySet<string> = new Set(["servers-unreachable", "servers-intercepted"]);

/** Whether the root's servers were seen to fail as well, which points at this network. */
export function isBlocked({ readings }: Pick<WaitRound, "readings">): boolean {
  return readings.some((reading) =>
    "sighting" in reading
      ? reading.sighting.root === "silent" || reading.sighting.root === "recursive"
      : FROM_THE_ROOT.has(reading.code),
  );
}
