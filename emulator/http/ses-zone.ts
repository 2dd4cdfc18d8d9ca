import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import { AMAZON_DOMAIN } from "../ses/amazon-names";
import type { AmazonZone } from "../ses/publisher";
import { txt } from "../text";
import type { Change, Zones } from "../zones";

const TTL_SECONDS = 900;
/** A host of its own, so that a test can have it fail. */
const SERVER = { name: `ns1.${AMAZON_DOMAIN}`, addresses: ["127.77.9.2"] };
/** A network for documentation (RFC 5737): no mail is sent from it. */
const SPF = "v=spf1 ip4:192.0.2.0/24 -all";
const FEEDBACK_ADDRESS = "192.0.2.25";

/** Makes the zone when it is first needed. A zone of that name which a user added is filled instead. */
export function openAmazonZone(zones: Zones): AmazonZone {
  const apex = fqdn(AMAZON_DOMAIN);
  const take = () =>
    zones.named(apex) ??
    zones.add({
      name: AMAZON_DOMAIN,
      account: "registry",
      id: `REGISTRY-${AMAZON_DOMAIN}`,
      servers: [SERVER],
      sets: [{ name: apex, type: "TXT", ttl: TTL_SECONDS, values: [txt(SPF)] }],
    });
  const put = (name: Fqdn, type: string, value: string): Change => ({
    action: "put",
    set: { name, type, ttl: TTL_SECONDS, values: [value] },
  });
  return {
    publish(keys) {
      if (keys.length === 0) return;
      zones.change(
        take().id,
        keys.map(({ name, publicKey }) => put(fqdn(name), "TXT", txt(`p=${publicKey}`))),
      );
    },
    withdraw(names) {
      const zone = zones.named(apex);
      if (zone === undefined || names.length === 0) return;
      const view = zones.view(zone.id);
      const keys = names.map((name) => ({ name: fqdn(name), type: "TXT" }));
      zones.change(
        zone.id,
        keys.filter((key) => view.find(key) !== undefined).map((key) => ({ action: "delete", key })),
      );
    },
    announce(host) {
      const { id } = take();
      const key = { name: fqdn(host), type: "A" };
      if (host.endsWith(`.${AMAZON_DOMAIN}`) && zones.view(id).find(key) === undefined)
        zones.change(id, [put(key.name, "A", FEEDBACK_ADDRESS)]);
    },
  };
}
