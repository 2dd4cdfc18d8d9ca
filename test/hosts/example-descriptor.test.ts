import assert from "node:assert/strict";
import { example } from "../support/example-host/descriptor";

describe("the Example DNS host", () => {
  it("takes the address of its API from the program, else from the settings", () => {
    const { url } = example.properties;
    assert.ok(url.type === "text");
    const { judge, supplied } = url;
    assert.deepEqual(judge?.("http://127.0.0.1:8080/", undefined), { value: "http://127.0.0.1:8080" });
    assert.ok(judge && "fault" in judge("127.0.0.1", undefined));
    const env = { EXAMPLE_DNS_URL: "http://127.0.0.1:8080" };
    assert.equal(supplied?.read({ get: () => undefined, env }), env.EXAMPLE_DNS_URL);
  });
});
