import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DomainIdentity, DomainVerification, VerifiedDomain, VerifiedEmailAddress } from "../../../provider";
import { DNS_KINDS, hostOf } from "../../../provider/dns/hosts";
import { RECORD_TYPES } from "../../../provider/dns/record";
import { ADDRESS_ARGUMENTS } from "../../../provider/lifecycle/arguments/address-args";
import { factsOf } from "../../../provider/lifecycle/arguments/declaration";
import { DOMAIN_ARGUMENTS } from "../../../provider/lifecycle/arguments/domain-args";
import { ON_MX_FAILURES } from "../../../provider/lifecycle/arguments/mail-from";
import { IDENTITY_KEYS, VERIFICATION_KEYS } from "../../../provider/lifecycle/arguments/resource-keys";
import {
  ADOPTIONS,
  DNS_CHECK_MODES,
  PLACEMENTS,
  PREVIEW_CHECKS,
  RESTARTS,
} from "../../../provider/lifecycle/arguments/types";
import { CONFIG_KEYS, MOVED_KEYS } from "../../../provider/pulumi/plugin/config-keys";
import { KINDS } from "../../../provider/pulumi/plugin/kinds";
import { readSchema, readVersion } from "../../../provider/pulumi/plugin/schema";
import { KEY_LENGTHS, VERIFICATION_STATUSES } from "../../../provider/ses/port";
import {
  type PropertySpec,
  type PropertySpecs,
  packageSpec,
  type ResourceSpec,
  referred,
} from "../../support/schema/types";

const ROOT = join(__dirname, "..", "..", "..");
const manifestOf = (path: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(join(ROOT, path), "utf8"));

const CLASSES = { VerifiedDomain, DomainIdentity, DomainVerification, VerifiedEmailAddress };
const KEYS: Readonly<Record<keyof typeof CLASSES, readonly string[]>> = {
  VerifiedDomain: Object.keys(DOMAIN_ARGUMENTS),
  DomainIdentity: IDENTITY_KEYS,
  DomainVerification: VERIFICATION_KEYS,
  VerifiedEmailAddress: Object.keys(ADDRESS_ARGUMENTS),
};
const names = Object.keys(CLASSES) as (keyof typeof CLASSES)[];

describe("the schema of the Pulumi package", () => {
  const spec = packageSpec();
  const resource = (name: keyof typeof CLASSES): ResourceSpec => {
    const found = spec.resources[`sesdomain:index:${name}`];
    assert.ok(found, name);
    return found;
  };

  it("has the version of the npm package", () => {
    const { version, license } = manifestOf("package.json");
    assert.equal(spec.version, version);
    assert.equal(readVersion(), version);
    assert.equal(JSON.parse(readSchema()).license, license);
  });

  it("is filed in the registry as a provider of its own", () => {
    for (const keyword of ["category/cloud", "kind/native"]) assert.ok(spec.keywords.includes(keyword));
  });

  it("names no address that is not set", () => {
    const addresses = manifestOf("addresses.json");
    const shown = ["repository", "publisher", "pluginDownloadURL"].filter((key) => key in spec);
    const set = Object.entries({
      repository: addresses.repository,
      publisher: addresses.publisher,
      pluginDownloadURL: addresses.pluginDownloads,
    }).filter(([, value]) => value !== null);
    assert.deepEqual(
      shown,
      set.map(([key]) => key),
    );
  });

  it("names a package of each language", () => {
    assert.deepEqual(Object.keys(spec.language).sort(), ["csharp", "go", "java", "nodejs", "python"]);
    assert.equal(spec.language.python?.packageName, "pulumi_sesdomain");
    assert.match(String(spec.language.go?.importBasePath), /\/sesdomain$/);
    assert.doesNotMatch(JSON.stringify(spec.language), /@pulumi\/|com\.pulumi/);
  });

  it("has the resources that the plugin serves", () => {
    assert.deepEqual(Object.keys(spec.resources).sort(), Object.keys(KINDS).sort());
  });

  for (const name of names) {
    it(`has every argument of a ${name}, and no other`, () => {
      assert.deepEqual(Object.keys(resource(name).inputProperties).sort(), [...KEYS[name]].sort());
    });

    it(`has the dynamic ${name} as an alias`, () => {
      const types = resource(name).aliases.map(({ type }) => type);
      assert.equal(types.length, 1);
      assert.ok(CLASSES[name].isInstance({ __pulumiType: types[0] }));
    });

    it(`says what a ${name} outputs`, () => {
      const { properties, required, inputProperties, requiredInputs } = resource(name);
      assert.ok(required.includes("verification"));
      for (const one of required) assert.ok(one in properties, one);
      for (const one of requiredInputs) assert.ok(one in inputProperties, one);
      // Absent until there was such a moment.
      // The last two: from a state written before sending existed.
      for (const one of ["verifiedAt", "readyAt", "readyToSend", "sendingArns"])
        assert.ok(!required.includes(one), one);
    });

    it(`replaces a ${name} where its declaration does`, () => {
      const facts = factsOf(name === "VerifiedEmailAddress" ? ADDRESS_ARGUMENTS : DOMAIN_ARGUMENTS);
      const replacing = (properties: PropertySpecs, flag: "replaceOnChanges" | "willReplaceOnChanges") =>
        Object.keys(properties).filter((key) => properties[key]?.[flag] === true);
      const { inputProperties, properties } = resource(name);
      const declared = KEYS[name].filter((key) => facts.get(key)?.replaces === true);
      assert.deepEqual(replacing(inputProperties, "willReplaceOnChanges"), declared);
      // Code generators take it from the outputs.
      assert.deepEqual(replacing(properties, "replaceOnChanges"), declared);
    });

    it(`says each default of a ${name}`, () => {
      const facts = factsOf(name === "VerifiedEmailAddress" ? ADDRESS_ARGUMENTS : DOMAIN_ARGUMENTS);
      for (const [key, property] of Object.entries(resource(name).inputProperties)) {
        if (facts.get(key)?.default !== undefined) assert.match(property.description ?? "", /default/i, key);
      }
    });
  }

  it("has every choice, of the declarations", () => {
    const { transport } = hostOf("rfc2136").properties;
    const declared = {
      Placement: PLACEMENTS,
      Adoption: ADOPTIONS,
      Restart: RESTARTS,
      PreviewCheck: PREVIEW_CHECKS,
      DnsCheckMode: DNS_CHECK_MODES,
      KeyLength: KEY_LENGTHS,
      OnMxFailure: ON_MX_FAILURES,
      Transport: transport?.type === "choice" ? transport.options : [],
      IdentityStatus: VERIFICATION_STATUSES,
      RecordType: RECORD_TYPES,
    };
    for (const [name, choices] of Object.entries(declared)) {
      const values = spec.types[`sesdomain:index:${name}`]?.enum?.map(({ value }) => value);
      assert.deepEqual(new Set(values), new Set<unknown>(choices), name);
    }
  });

  it("tells the DNS hosts apart by their kind, alone and in a list", () => {
    const { oneOf = [] } = resource("VerifiedDomain").inputProperties.dns ?? {};
    const unions = [oneOf[0], oneOf[1]?.items];
    assert.equal(oneOf[1]?.type, "array");
    for (const union of unions) {
      assert.equal(union?.discriminator?.propertyName, "kind");
      const mapping = Object.entries(union?.discriminator?.mapping ?? {});
      assert.deepEqual(
        mapping.map(([kind]) => kind),
        DNS_KINDS,
      );
      assert.deepEqual(
        mapping.map(([, $ref]) => $ref),
        union?.oneOf?.map(({ $ref }) => $ref),
      );
      for (const kind of DNS_KINDS) {
        const properties: PropertySpecs =
          referred(spec, { $ref: union?.discriminator?.mapping[kind] ?? "" })?.properties ?? {};
        assert.equal(properties.kind?.const, kind);
        const own = ["kind", ...Object.keys(hostOf(kind).properties), "credentials"];
        assert.deepEqual(Object.keys(properties).sort(), own.sort());
      }
    }
  });

  it("has every input of the provider, with its secrets, as configuration too", () => {
    for (const properties of [spec.config.variables, spec.provider.inputProperties]) {
      assert.deepEqual(
        Object.entries(properties).map(([name, { secret = false }]) => ({ name, secret })),
        CONFIG_KEYS.map(({ name, secret }) => ({ name, secret })),
      );
    }
  });

  it("has no default that Pulumi would fill in", () => {
    for (const [path, property] of allProperties(spec)) {
      assert.equal(property.default, undefined, path);
      assert.equal(property.defaultInfo, undefined, path);
    }
  });

  it("describes every property, type, resource and function, as the plugin's user reads it", () => {
    const moved = new Set(MOVED_KEYS.map(({ from }) => from));
    const texts = [
      ...allProperties(spec).map(([path, { description }]) => [path, description] as const),
      ...Object.entries({ ...spec.types, ...spec.resources, ...spec.functions, provider: spec.provider }).map(
        ([token, { description }]) => [token, description] as const,
      ),
    ];
    assert.ok(texts.length > 150);
    for (const [path, text = ""] of texts) {
      assert.match(text, /^\S.*[.!?]$/s, path);
      assert.doesNotMatch(text, /\]\((?!https:)/, `${path}: a link that leads nowhere`);
      assert.doesNotMatch(text, /--stack|on the command line/i, `${path}: an option that the plugin does not have`);
      for (const [, name = ""] of text.matchAll(/`([^`]+)`/g)) {
        assert.ok(!moved.has(name), `${path}: ${name} is not read by the plugin`);
        assert.doesNotMatch(name, /^\w+(Args|Output)$/, path);
      }
    }
  });

  it("uses every type that it lists, and lists every one that it uses", () => {
    const used = new Set([...readSchema().matchAll(/"#\/types\/([^"]+)"/g)].map(([, token]) => token));
    assert.deepEqual([...used].sort(), Object.keys(spec.types).sort());
  });
});

describe("the package.json files of the repository", () => {
  it("do not have Pulumi download a plugin for each TypeScript program", () => {
    const manifests = manifestsIn("");
    assert.ok(manifests.length > 1);
    for (const path of manifests) {
      const { pulumi } = manifestOf(path);
      assert.ok(typeof pulumi !== "object" || pulumi === null || !("resource" in pulumi), path);
    }
  });
});

/** Without what is installed or made: the SDK of TypeScript is a package of its own. */
function manifestsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return entry.name === "package.json" ? [path] : [];
    const isOurs = entry.isDirectory() && !entry.name.startsWith(".") && !["node_modules", "dist"].includes(entry.name);
    return isOurs ? manifestsIn(path) : [];
  });
}

function allProperties(spec: ReturnType<typeof packageSpec>): readonly (readonly [string, PropertySpec])[] {
  const bags: readonly (readonly [string, PropertySpecs | undefined])[] = [
    ["config", spec.config.variables],
    ["provider", spec.provider.inputProperties],
    ...Object.entries(spec.types).map(([token, { properties }]) => [token, properties] as const),
    ...Object.entries(spec.resources).flatMap(([token, { inputProperties, properties }]) => [
      [`${token} in`, inputProperties] as const,
      [`${token} out`, properties] as const,
    ]),
    ...Object.entries(spec.functions).flatMap(([token, { inputs, outputs }]) => [
      [`${token} in`, inputs?.properties] as const,
      [`${token} out`, outputs?.properties] as const,
    ]),
  ];
  return bags.flatMap(([token, bag = {}]) =>
    Object.entries(bag).map(([name, property]) => [`${token}.${name}`, property] as const),
  );
}
