import type { VerificationStatus } from "../../provider/ses/port";
import { dkimZone, originOfRegion } from "./amazon-names";
import type { KeyLength } from "./dkim";
import { dkimTokens, publicKeyOf } from "./dkim-keys";
import type { Identity } from "./identity";
import type { WantedDkim } from "./look-dkim";
import type { ErrorType } from "./look-info";
import { type IdentityFinder, parentOf } from "./replica";

/** An identity's DKIM as SES tells it. Times in ms of the emulator's clock. */
export interface DkimView {
  readonly status: VerificationStatus;
  readonly signingEnabled: boolean;
  /** SESv2, SigningAttributesOrigin. */
  readonly origin: string;
  /** Of Easy DKIM, and of a replica those of its parent. */
  readonly tokens: readonly string[];
  readonly zone: string | undefined;
  /** Of a domain that brought its own key. */
  readonly selector: string | undefined;
  readonly nextKeyLength: KeyLength | undefined;
  readonly currentKeyLength: KeyLength | undefined;
  readonly generatedAt: number | undefined;
}

const NOT_SET_UP: DkimView = {
  status: "NotStarted",
  signingEnabled: false,
  origin: "AWS_SES",
  tokens: [],
  zone: undefined,
  selector: undefined,
  nextKeyLength: 2048,
  currentKeyLength: undefined,
  generatedAt: undefined,
};

/** An address has the DKIM of its domain, or of the nearest parent domain that is an identity and was set up. */
export function viewDkim(identity: Readonly<Identity>, finder: IdentityFinder): DkimView {
  const { dkim, region } = identity;
  const own = { status: dkim.status, signingEnabled: dkim.signingEnabled ?? false };
  switch (dkim.method.kind) {
    case "none": {
      const domain = identity.kind === "address" ? signingDomain(identity, finder) : undefined;
      if (domain === undefined) return { ...NOT_SET_UP, ...own };
      const view = viewDkim(domain, finder);
      return { ...view, signingEnabled: dkim.signingEnabled ?? view.signingEnabled };
    }
    case "easy":
      return {
        ...NOT_SET_UP,
        ...own,
        tokens: dkimTokens(identity, identity.name, dkim.method.keyLength),
        zone: dkimZone(region),
        nextKeyLength: dkim.method.keyLength,
        currentKeyLength: dkim.currentKeyLength,
        generatedAt: dkim.generatedAt,
      };
    case "own":
      return {
        ...NOT_SET_UP,
        ...own,
        origin: "EXTERNAL",
        selector: dkim.method.selector,
        nextKeyLength: undefined,
      };
    case "replica": {
      const found = parentOf(identity, dkim.method, finder);
      const base = "parent" in found ? viewDkim(found.parent, finder) : { ...NOT_SET_UP, nextKeyLength: undefined };
      return { ...base, ...own, origin: originOfRegion(dkim.method.parentRegion) };
    }
  }
}

/** What SES looks for, or why it does not. */
export function wantedDkim(
  identity: Readonly<Identity>,
  finder: IdentityFinder,
): WantedDkim | { readonly kind: "problem"; readonly problem: ErrorType } {
  const { method } = identity.dkim;
  if (method.kind === "own") return { kind: "key", selector: method.selector, publicKey: method.publicKey };
  if (method.kind === "replica") {
    const found = parentOf(identity, method, finder);
    if ("problem" in found) return { kind: "problem", problem: found.problem };
  }
  const { tokens, zone = "" } = viewDkim(identity, finder);
  return { kind: "aliases", tokens, zone };
}

/** The public key that SES publishes behind the first token of a domain with Easy DKIM. */
export function publishedKey(identity: Readonly<Identity>, keyLength: KeyLength): string {
  return publicKeyOf(`${identity.accountId} ${identity.region} ${identity.name}`, keyLength);
}

/**
 * The public key of the signatures; absent where mail is not signed for the domain. With `another` it is not the published one
 * once the domain was deleted and made again, which no call of SES shows.
 */
export function signingKey(
  identity: Readonly<Identity>,
  finder: IdentityFinder,
  recreatedKey: "same" | "another",
): string | undefined {
  const { method, status, signingEnabled } = identity.dkim;
  if (status !== "Success" || signingEnabled === false) return undefined;
  switch (method.kind) {
    case "own":
      return method.publicKey;
    case "easy": {
      if (recreatedKey === "same" || identity.generation === 1) return publishedKey(identity, method.keyLength);
      const { accountId, region, name, generation } = identity;
      return publicKeyOf(`${accountId} ${region} ${name} ${generation}`, method.keyLength);
    }
    case "replica": {
      const found = parentOf(identity, method, finder);
      return "parent" in found ? signingKey(found.parent, finder, recreatedKey) : undefined;
    }
    case "none":
      return undefined;
  }
}

/** The nearest domain identity that covers an address and was set up for DKIM. */
export function signingDomain(address: Readonly<Identity>, finder: IdentityFinder): Readonly<Identity> | undefined {
  const labels = address.name.slice(address.name.lastIndexOf("@") + 1).split(".");
  for (let from = 0; from < labels.length - 1; from += 1) {
    const domain = finder.find(address, labels.slice(from).join("."));
    if (domain !== undefined && domain.dkim.method.kind !== "none") return domain;
  }
  return undefined;
}
