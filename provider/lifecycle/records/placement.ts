import { child, type Fqdn } from "../../core/fqdn";
import { coded } from "../../diagnosis/catalogue";
import type { Capabilities } from "../../dns/backend";
import type { Placement } from "../arguments/types";

/** The name and the form under which one identity's token is published: the TXT value is `prefix` followed by the token. */
export interface Place {
  readonly name: Fqdn;
  readonly prefix: "" | "amazonses:";
}

export interface PlacementQuestion {
  readonly domain: Fqdn;
  /** Their names, in the program's order. */
  readonly identities: readonly string[];
  readonly placement: Placement;
  /** One a host: the values go to all of them, so what one cannot hold none is given. */
  readonly can: readonly Pick<Capabilities, "underscores" | "multipleValues">[];
}

/** `places`: one for each identity, by name. `fault`: a sentence that says what does not fit and the way out; in front the problem's code. */
export type PlacementPlan =
  | { readonly placement: Exclude<Placement, "auto">; readonly places: Readonly<Record<string, Place>> }
  | { readonly fault: string };

/** Where SES looks first. */
export function underscoreName(domain: Fqdn): Fqdn {
  return child("_amazonses", domain);
}

/**
 * Decides where every token goes. `auto` takes the first that the hosts can hold: all at `_amazonses.<domain>`; all at
 * the domain itself, as `amazonses:TOKEN`; one at each. Source: Amazon SES Developer Guide, "Domain verification problems".
 */
export function planPlacement({ domain, identities, placement, can }: PlacementQuestion): PlacementPlan {
  const underscores = can.every((host) => host.underscores);
  const multipleValues = can.every((host) => host.multipleValues);
  const count = identities.length;
  const under: Place = { name: underscoreName(domain), prefix: "" };
  const apex: Place = { name: domain, prefix: "amazonses:" };
  const all = (kind: "underscore" | "apex", place: Place): PlacementPlan => ({
    placement: kind,
    places: Object.fromEntries(identities.map((name) => [name, place])),
  });
  const split: PlacementPlan = {
    placement: "split",
    places: Object.fromEntries(identities.map((name, index) => [name, index === 0 ? under : apex])),
  };
  const noUnderscore = coded(
    "placement-no-underscores",
    `The DNS host accepts no name that begins with an underscore, so ${under.name} cannot be written there`,
  );
  const oneValue = coded(
    "placement-one-value",
    `The DNS host holds only one TXT value for each name, and ${count} identities need ${count} values`,
  );

  switch (placement) {
    case "underscore":
      if (!underscores)
        return { fault: `${noUnderscore}. Set placement to "auto" or "apex": SES also looks at ${domain} itself.` };
      if (count > 1 && !multipleValues)
        return { fault: `${oneValue} at ${under.name}. ${wayOutOfOneValue(count, underscores)}` };
      return all("underscore", under);
    case "apex":
      if (count > 1 && !multipleValues)
        return { fault: `${oneValue} at ${domain}. ${wayOutOfOneValue(count, underscores)}` };
      return all("apex", apex);
    case "split":
      if (!underscores)
        return {
          fault: `${noUnderscore}, and "split" needs it for one of its two values. ${wayOutOfOneValue(count, underscores)}`,
        };
      if (count > 2) {
        return {
          fault: `"split" publishes one value at ${under.name} and one at ${domain}: room for two identities, not for ${count}. ${
            multipleValues
              ? 'Set placement to "auto": the DNS host holds several values under one name.'
              : wayOutOfOneValue(count, underscores)
          }`,
        };
      }
      return split;
    case "auto":
      if (count <= 1 || multipleValues) return underscores ? all("underscore", under) : all("apex", apex);
      if (count === 2 && underscores) return split;
      return {
        fault: `${oneValue}${underscores ? "" : ", and no name that begins with an underscore"}. ${wayOutOfOneValue(count, underscores)}`,
      };
  }
}

function wayOutOfOneValue(count: number, underscores: boolean): string {
  const delegate = "delegate the domain's _amazonses name to a host that holds several values";
  if (count === 2 && underscores)
    return 'Set placement to "auto" or "split": one value goes to each of the two names where SES looks.';
  return underscores
    ? `Keep at most two identities of this domain, move the zone to a host that holds several values under one name, or ${delegate}.`
    : "Keep one identity of this domain, or move the zone to a host that holds several values under one name.";
}
