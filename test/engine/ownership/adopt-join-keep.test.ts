import { joins } from "../../support/engine/adopting";

/** An identity that a person made, or another stack of this package. */
describe("an identity that is there already", function () {
  this.timeout(400_000);

  it("made by this package in another stack, keep: joins, and the last to go removes it", () => joins("keep"));
});
