import { walkKilledCreate } from "../../support/engine/killed-create";

describe("a create that is killed at each of its requests, with SES's Success before the next up", function () {
  this.timeout(900_000);

  it("leaves nothing that the next up does not take over", () => walkKilledCreate({ verified: true }));
});
