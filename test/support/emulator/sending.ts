import { fqdn } from "../../../provider/core/fqdn";
import type { TestCloud } from "../../unit/emulator/cloud-support";

/** The zone of a domain at the emulator, with what DKIM and MAIL FROM want. Names are whole. */
export interface SendingZone {
  /** Puts one set. */
  put(name: string, type: string, ...values: readonly string[]): void;
  remove(name: string, type: string): void;
  /** Puts the CNAME of each token. */
  publishDkim(tokens: readonly string[], zone: string): void;
}

/** Adds the zone, and waits until its servers listen. */
export async function openSendingZone(cloud: TestCloud, domain: string): Promise<SendingZone> {
  const { zones } = cloud.ground;
  const { id } = zones.add({ name: domain });
  await zones.settled();
  const put = (name: string, type: string, ...values: readonly string[]) =>
    zones.change(id, [{ action: "put", set: { name: fqdn(name), type, ttl: 300, values } }]);
  return {
    put,
    remove: (name, type) => zones.change(id, [{ action: "delete", key: { name: fqdn(name), type } }]),
    publishDkim(tokens, zone) {
      for (const token of tokens) put(`${token}._domainkey.${domain}`, "CNAME", `${token}.${zone}.`);
    },
  };
}
