import { removesEveryKind, removesTheTarget } from "../../support/engine/destroying";

/** A destroy removes all of ours, however it is asked for; the rule of one run concerns what the run declares. */
describe("a destroy", function () {
  this.timeout(400_000);

  it("as it is removes every kind of resource", () => removesEveryKind(false));

  it("as it is and --target removes the one resource", () => removesTheTarget(false));
});
