import { removesEveryKind, removesTheTarget } from "../../support/engine/destroying";

/** A destroy removes all of ours, however it is asked for; the rule of one run concerns what the run declares. */
describe("a destroy", function () {
  this.timeout(400_000);

  it("with --run-program removes every kind of resource", () => removesEveryKind(true));

  it("with --run-program and --target removes the one resource", () => removesTheTarget(true));
});
