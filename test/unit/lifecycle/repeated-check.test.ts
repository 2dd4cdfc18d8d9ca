import assert from "node:assert/strict";
import { openVerifiedDomain } from "../../../provider/lifecycle/domain/domain";
import { openPreviewCache } from "../../../provider/lifecycle/observation/preview-cache";
import { openClients } from "../../../provider/pulumi/clients";

describe("the arguments of a domain", () => {
  const { clients, defaults } = openClients(() => undefined, { AWS_REGION: "us-east-1" });
  const lifecycle = openVerifiedDomain({ clients, defaults, cache: openPreviewCache(), previewCheck: undefined });
  const raw = (more: object = {}) => ({ domain: "example.com", dns: [{ kind: "route53" }], ...more });

  it("are read once where Check and Diff are given the same", () => {
    const first = lifecycle.settle(raw());
    assert.ok(first);
    assert.equal(lifecycle.settle(raw())?.dns, first.dns);
  });

  it("are read again where anything in them is another", () => {
    assert.equal(lifecycle.settle(raw({ ttl: 60 }))?.ttl, 60);
    assert.equal(lifecycle.settle(raw())?.ttl, 300);
    assert.deepEqual(lifecycle.settle(raw({ dns: [{ kind: "route53", zoneId: "Z1" }] }))?.dns, [
      { kind: "route53", zoneId: "Z1" },
    ]);
    assert.equal(lifecycle.settle(raw({ ttl: -1 })), undefined);
    assert.equal(lifecycle.settle(raw({ domain: "EXAMPLE.com" }))?.domain, "example.com");
  });
});
