import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { merge } from "../../../provider/dns/google-dns/merge";
import { presentIn } from "../../../provider/dns/google-dns/sets";

const NAME = fqdn("t._domainkey.example.com");

describe("what Cloud DNS's sets hold", () => {
  const at = { name: `${NAME}.`, ttl: 60 };

  it("is told record by record, and of a set with a routing policy only that it is there", () => {
    const sets = [
      { ...at, type: "MX", rrdatas: ["10 X.Example.", "nonsense"] },
      { ...at, type: "ALIAS", rrdatas: ["y.example."] },
      { ...at, type: "CNAME", rrdatas: [], routingPolicy: { wrr: {} } },
    ];
    assert.deepEqual(
      presentIn(sets).map(({ type, text, ttl, mode, data }) => [type, text, ttl, mode, data?.type]),
      [
        ["MX", "10 x.example.", 60, "plain", "MX"],
        ["MX", "nonsense", 60, "plain", undefined],
        ["ALIAS", "y.example.", 60, "plain", undefined],
        ["CNAME", undefined, 60, "routed", undefined],
      ],
    );
  });

  it("is replaced as it was read, with its TTL, where the name is ours", () => {
    const held = { ...at, type: "CNAME", rrdatas: ["Stale.Example."] };
    const key = { name: NAME, type: "CNAME" } as const;
    const ours = { ...key, target: fqdn("ours.example"), ttl: 300, sharing: "own-name" } as const;
    const { deletions, additions } = merge(key, held, [{ kind: "add", records: [ours] }]);
    assert.deepEqual([deletions, additions], [[held], [{ ...held, rrdatas: ["ours.example."] }]]);
  });
});
