import { openVerifiedEmailAddress } from "../../lifecycle/address/address";
import { openDomainIdentity, openVerifiedDomain } from "../../lifecycle/domain/domain";
import { openDomainVerification } from "../../lifecycle/domain-verification/domain-verification";
import { openPluginResource, type PluginResource, type ResourceSettings } from "./resource";

type Settings = Omit<ResourceSettings, "outputs"> & { readonly ports: Parameters<typeof openVerifiedDomain>[0] };

/** A kind of resource: how it is opened, and the names of its outputs, the plugin's own `verification` among them. */
interface Kind {
  readonly open: (settings: Settings) => PluginResource;
}

const DOMAIN = ["domain", "identityArns", "verifications", "records"] as const;
const SEEN = ["verified", "verifiedAt", "verification"] as const;

/** By type token. */
export const KINDS: Readonly<Record<string, Kind>> = {
  "sesdomain:index:VerifiedDomain": {
    open: (settings) =>
      openPluginResource(openVerifiedDomain(settings.ports), {
        ...settings,
        outputs: [...DOMAIN, ...SEEN, "readyToSend", "readyAt", "sendingArns"],
      }),
  },
  "sesdomain:index:DomainIdentity": {
    open: (settings) =>
      openPluginResource(openDomainIdentity(settings.ports), {
        ...settings,
        outputs: [...DOMAIN, "identities", "verification"],
      }),
  },
  "sesdomain:index:DomainVerification": {
    open: (settings) =>
      openPluginResource(openDomainVerification(settings.ports), {
        ...settings,
        outputs: ["domains", "identityArns", ...SEEN],
      }),
  },
  "sesdomain:index:VerifiedEmailAddress": {
    open: (settings) =>
      openPluginResource(openVerifiedEmailAddress(settings.ports), {
        ...settings,
        outputs: ["address", "identityArns", "verifications", ...SEEN],
      }),
  },
};
