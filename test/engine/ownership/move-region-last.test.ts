import { movesRegion } from "../../support/engine/moving-region";

/** What one resource gives away and another takes in the same run is never deleted in between. */
describe("an identity that moves between resources", function () {
  this.timeout(400_000);

  it("a region moves from one resource to another, where the one that takes it comes last", () => movesRegion("b"));
});
