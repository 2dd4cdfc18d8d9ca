import assert from "node:assert/strict";
import { openVerifiedEmailAddress } from "../../../provider/lifecycle/address/address";
import { openDomainIdentity, openVerifiedDomain } from "../../../provider/lifecycle/domain/domain";
import { openDomainVerification } from "../../../provider/lifecycle/domain-verification/domain-verification";
import type { Ports, Props } from "../../../provider/lifecycle/lifecycle";
import { openPreviewCache } from "../../../provider/lifecycle/observation/preview-cache";
import { openClients } from "../../../provider/pulumi/clients";
import { packageSpec, referred, type TypeSpec } from "../../support/schema/types";
import { leastOf, type ObjectShape, shapeOf, variantsOf } from "../../support/schema/values";

const { clients } = openClients(() => undefined, {});
/** Configuration supplies what a host's entry may leave out. */
const hosts = { rfc2136: { server: "127.0.0.1" }, powerdns: { url: "http://127.0.0.1:8081" } };
const ports: Ports = {
  clients,
  cache: openPreviewCache(),
  defaults: { hosts, region: "eu-west-1" },
  previewCheck: undefined,
};
const RESOURCES = {
  VerifiedDomain: openVerifiedDomain(ports),
  DomainIdentity: openDomainIdentity(ports),
  DomainVerification: openDomainVerification(ports),
  VerifiedEmailAddress: openVerifiedEmailAddress(ports),
};

/** What the schema asks for and the checks have a default for: typed languages then need no conversion of an output. */
const ASKED_BY_THE_SCHEMA: ReadonlySet<string> = new Set(["AwaitedDomain.identities", "Record.type", "Record.ttl"]);
/** What a `DomainIdentity` outputs may have more of in a later version. */
const OPEN: ReadonlySet<string> = new Set([
  "AwaitedDomain",
  "Record",
  "Verification",
  "IdentityDkim",
  "IdentityMailFrom",
]);

describe("the schema and the checks", () => {
  const spec = packageSpec();
  const allNames = new Set(
    [...Object.values(spec.types), ...Object.values(spec.resources).map((one) => ({ properties: one.inputProperties }))]
      .flatMap(({ properties = {} }) => Object.keys(properties))
      .concat("zzz"),
  );

  for (const [name, lifecycle] of Object.entries(RESOURCES)) {
    const found = spec.resources[`sesdomain:index:${name}`];
    assert.ok(found);
    const shape: ObjectShape = { name, properties: found.inputProperties, required: found.requiredInputs };
    const accepts = (raw: Props) => lifecycle.settle(raw) !== undefined;
    // Values at two names are those of two identities.
    const two = { identities: [{ region: "us-east-1" }, { region: "eu-west-1" }] };
    const least = leastOf(spec, shape);
    const variants = variantsOf(spec, shape).map(({ path, value }) => ({
      path,
      raw: path === "placement" ? { ...two, ...value } : value,
    }));

    it(`agree on every value of a ${name}`, () => {
      assert.ok(accepts(least));
      for (const { path, raw } of variants) assert.ok(accepts(raw), `${path}: ${JSON.stringify(raw)}`);
    });

    it(`agree on what a ${name} needs, what it may have, and its choices`, () => {
      const places = new Set<string>();
      for (const { raw } of [{ raw: least }, ...variants]) {
        for (const { at, shape: inner } of objectsIn(shape, raw)) {
          // Each object once wherever it stands: what is in it next to that makes no difference.
          const place = `${at.filter((key) => typeof key === "string").join(".")} ${inner.name}`;
          if (places.has(place)) continue;
          places.add(place);
          const has = (change: (bag: Record<string, unknown>) => void) => accepts(changed(raw, at, change));
          for (const one of inner.required) {
            const said = has((bag) => delete bag[one]);
            assert.equal(said, ASKED_BY_THE_SCHEMA.has(`${inner.name}.${one}`), `without ${inner.name}.${one}`);
          }
          if (!OPEN.has(inner.name)) {
            for (const one of allNames) {
              if (one in inner.properties) continue;
              assert.ok(!has((bag) => Object.assign(bag, { [one]: "x" })), `${inner.name} with ${one}`);
            }
          }
          for (const [one, property] of Object.entries(inner.properties)) {
            if (referred(spec, property)?.enum === undefined && property.const === undefined) continue;
            for (const wrong of ["no-such-value", 17, true])
              assert.ok(!has((bag) => Object.assign(bag, { [one]: wrong })), `${inner.name}.${one}: ${wrong}`);
          }
        }
      }
      assert.ok(places.size > 1);
    });

    it(`agree on what is read of a ${name}`, () => {
      for (const { path, raw } of variants) {
        const reads = new Map<string, Set<string>>();
        accepts(watched(raw, [], reads));
        for (const { at, shape: inner } of objectsIn(shape, raw)) {
          for (const one of reads.get(at.join(".")) ?? []) {
            assert.ok(one in inner.properties, `${path}: ${one} of ${inner.name}`);
          }
        }
      }
    });
  }

  /** Every object in it that has a type, with the way to it. */
  function objectsIn(
    shape: ObjectShape,
    value: unknown,
  ): readonly { readonly at: readonly (string | number)[]; readonly shape: ObjectShape }[] {
    const bag = value as Props;
    const within = Object.entries(shape.properties).flatMap(([name, property]) =>
      bag[name] === undefined
        ? []
        : inType(property, bag[name]).map(({ at, shape: inner }) => ({ at: [name, ...at], shape: inner })),
    );
    return [{ at: [], shape }, ...within];
  }

  function inType(
    type: TypeSpec,
    value: unknown,
  ): readonly { readonly at: readonly (string | number)[]; readonly shape: ObjectShape }[] {
    if (Array.isArray(value)) {
      const list = [type, ...(type.oneOf ?? [])].find((one) => one.type === "array");
      return value.flatMap((entry, index) =>
        inType(list?.items ?? {}, entry).map(({ at, shape }) => ({ at: [index, ...at], shape })),
      );
    }
    if (typeof value !== "object" || value === null) return [];
    const [chosen] = candidates(type).filter((one) => {
      const complex = referred(spec, one);
      const kind = complex?.properties?.kind?.const;
      return complex?.properties !== undefined && (kind === undefined || kind === (value as Props).kind);
    });
    const complex = chosen && referred(spec, chosen);
    return chosen === undefined || complex === undefined ? [] : objectsIn(shapeOf(chosen, complex), value);
  }
});

function candidates(type: TypeSpec): readonly TypeSpec[] {
  return type.oneOf === undefined ? [type] : type.oneOf.flatMap(candidates);
}

function changed(raw: Props, at: readonly (string | number)[], change: (bag: Record<string, unknown>) => void): Props {
  const copy = structuredClone(raw) as Record<string, unknown>;
  const target = at.reduce<unknown>((bag, key) => (bag as Record<string | number, unknown>)[key], copy);
  change(target as Record<string, unknown>);
  return copy;
}

/** The same, that notes by its path which properties of each object are asked for. */
function watched<T>(value: T, at: readonly string[], reads: Map<string, Set<string>>): T {
  if (typeof value !== "object" || value === null) return value;
  const names = new Set<string>();
  reads.set(at.join("."), names);
  const inner = new Map<string, unknown>();
  return new Proxy(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (typeof key !== "string" || key.startsWith("__") || key === "toJSON") return found;
      if (!Array.isArray(target)) names.add(key);
      if (typeof found !== "object" || found === null) return found;
      if (!inner.has(key)) inner.set(key, watched(found, [...at, key], reads));
      return inner.get(key);
    },
  });
}
