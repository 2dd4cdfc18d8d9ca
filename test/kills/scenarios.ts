import type { Dice } from "../support/dice";

export type Host = "route53" | "cloudflare";
export const HOSTS: readonly [Host, Host] = ["route53", "cloudflare"];

/** What a program declares. */
export interface Wish {
  readonly identities: readonly { readonly name?: string; readonly region: string }[];
  readonly host: Host;
  readonly placement: "underscore" | "apex" | "split";
  readonly adopt: "keep" | "own";
}

/** An identity of the same domain that others have made. */
export interface Standing {
  readonly region: string;
  readonly status: "Success" | "Pending";
  /** Whether its value is in DNS. */
  readonly published: boolean;
}

/** What happened to the domain since the stack made it. */
export type Damage = "value deleted" | "value deleted, then revoked" | "failed" | "not started" | "identity deleted";

export const OPERATIONS = ["create", "heal", "move", "replace", "regions", "rename", "destroy"] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** One operation on one state of things. `before` undefined: on an empty stack; `after` undefined: `pulumi destroy`. */
export interface Scenario {
  readonly operation: OperationName;
  /** For people. */
  readonly what: string;
  readonly before: Wish | undefined;
  readonly after: Wish | undefined;
  readonly standing: Standing | undefined;
  /** How many values of others stand at `_amazonses`. */
  readonly others: number;
  readonly damage: { readonly kind: Damage; readonly regions: readonly string[] } | undefined;
  /** Whether the parent zone names the new host's servers by the time of the operation. */
  readonly delegationMoved: boolean;
  /** Whether SES gives another token when it is asked again after a failure. */
  readonly newToken: boolean;
}

const FIRST = "us-east-1";
const SECOND = "eu-west-1";
const THIRD = "ap-southeast-2";

const regions = (...names: readonly string[]): Wish["identities"] => names.map((region) => ({ region }));
const other = (host: Host): Host => (host === "route53" ? "cloudflare" : "route53");

export function drawScenario(operation: OperationName, dice: Dice): Scenario {
  const host = dice.oneOf(HOSTS);
  const identities = dice.oneOf([regions(FIRST), regions(FIRST, SECOND)]);
  const wish: Wish = { identities, host, placement: dice.below(4) === 0 ? "apex" : "underscore", adopt: "keep" };
  const common = {
    operation,
    others: dice.below(3),
    standing: undefined,
    damage: undefined,
    delegationMoved: false,
    newToken: dice.below(2) === 0,
  };
  const with2 = { ...wish, identities: regions(FIRST, SECOND) };
  switch (operation) {
    case "create":
      return { ...common, ...drawCreate(with2, dice) };
    case "heal":
      return { ...common, ...drawHeal(wish, dice) };
    case "move":
      return { ...common, ...drawMove(wish, dice) };
    case "replace":
      return { ...common, what: "up --replace", before: wish, after: wish };
    case "regions":
      return { ...common, ...drawRegions(wish, dice) };
    case "rename": {
      const named = regions(FIRST, SECOND).map((one, index) => (index === 0 ? { ...one, name: "main" } : one));
      const swap = dice.below(2) === 0;
      const [from, to] = swap ? [named, regions(FIRST, SECOND)] : [regions(FIRST, SECOND), named];
      const after = { ...wish, identities: to };
      return { ...common, what: "another name for an identity", before: { ...wish, identities: from }, after };
    }
    case "destroy":
      return { ...common, ...drawDestroy(wish, dice) };
  }
}

type Drawn = Pick<Scenario, "what" | "before" | "after"> & Partial<Scenario>;

function drawCreate(wish: Wish, dice: Dice): Drawn {
  const standing: Standing = {
    region: SECOND,
    status: dice.oneOf(["Success", "Pending"]),
    published: dice.below(2) === 0,
  };
  const kind = dice.below(4);
  if (kind === 0) return { what: "create, an identity to adopt", before: undefined, after: wish, standing };
  if (kind === 1) {
    const after: Wish = { ...wish, adopt: "own" };
    return { what: "create, an identity to own", before: undefined, after, standing };
  }
  const identities = dice.oneOf([regions(FIRST), wish.identities]);
  const split = identities.length === 2 && dice.below(4) === 0;
  const after = { ...wish, identities, ...(split && { placement: "split" as const }) };
  return { what: "create", before: undefined, after };
}

function drawHeal(wish: Wish, dice: Dice): Drawn {
  const kind = dice.oneOf<Damage>([
    "value deleted",
    "value deleted, then revoked",
    "failed",
    "not started",
    "identity deleted",
  ]);
  const all = wish.identities.map(({ region }) => region);
  const damage = { kind, regions: dice.below(2) === 0 ? all : [FIRST] };
  return { what: `heal: ${kind} (${damage.regions.join(", ")})`, before: wish, after: wish, damage };
}

function drawMove(wish: Wish, dice: Dice): Drawn {
  if (dice.below(2) === 0) {
    const placements = ["underscore", "apex", "split"] as const;
    const to = placements[(placements.indexOf(wish.placement) + 1 + dice.below(2)) % 3] ?? "apex";
    // Split takes two.
    const identities = regions(FIRST, SECOND);
    const before = { ...wish, identities };
    return { what: `move to placement ${to}`, before, after: { ...before, placement: to } };
  }
  const delegationMoved = dice.below(2) === 0;
  const after = { ...wish, host: other(wish.host) };
  const what = `move to ${after.host}, ${delegationMoved ? "which the parent names" : "which the parent does not name"}`;
  return { what, before: wish, after, delegationMoved };
}

function drawRegions(wish: Wish, dice: Dice): Drawn {
  const [from, to] = dice.oneOf([
    [regions(FIRST), regions(FIRST, SECOND)],
    [regions(FIRST, SECOND), regions(FIRST)],
    [regions(FIRST, SECOND), regions(FIRST, THIRD)],
  ]);
  const names = (list: readonly { readonly region: string }[]) => list.map(({ region }) => region).join(" and ");
  return {
    what: `${names(from)} become ${names(to)}`,
    before: { ...wish, identities: from },
    after: { ...wish, identities: to },
  };
}

function drawDestroy(wish: Wish, dice: Dice): Drawn {
  const standing: Standing = { region: SECOND, status: "Success", published: dice.below(2) === 0 };
  if (dice.below(3) === 0) {
    const before = { ...wish, identities: regions(FIRST, SECOND) };
    return { what: "destroy, an identity was adopted", before, after: undefined, standing };
  }
  return { what: "destroy", before: wish, after: undefined };
}
