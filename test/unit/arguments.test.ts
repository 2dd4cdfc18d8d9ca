import assert from "node:assert/strict";
import { ADDRESS_KEYS } from "../../provider/lifecycle/arguments/address-args";
import { DOMAIN_KEYS } from "../../provider/lifecycle/arguments/domain-args";
import type { VerifiedDomainArgs, VerifiedEmailAddressArgs } from "../../provider/resources/args";

/** Each argument of a resource, as the compiler knows them: it refuses this file where one is left out or unknown. */
const DOMAIN: Record<keyof VerifiedDomainArgs, true> = {
  domain: true,
  identities: true,
  dns: true,
  placement: true,
  ttl: true,
  wait: true,
  timeout: true,
  adopt: true,
  restart: true,
  dnsCheck: true,
  previewCheck: true,
};
const ADDRESS: Record<keyof VerifiedEmailAddressArgs, true> = {
  address: true,
  identities: true,
  adopt: true,
  wait: true,
  timeout: true,
  resendTrigger: true,
  dnsCheck: true,
  previewCheck: true,
};

describe("the arguments that are checked", () => {
  it("are those of the resource's type: VerifiedDomain", () => {
    assert.deepEqual([...DOMAIN_KEYS].sort(), Object.keys(DOMAIN).sort());
  });
  it("are those of the resource's type: VerifiedEmailAddress", () => {
    assert.deepEqual([...ADDRESS_KEYS].sort(), Object.keys(ADDRESS).sort());
  });
});
