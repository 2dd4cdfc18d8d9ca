// The schema of the Pulumi package as data, from what checks, TypeScript types and reference pages derive from. Format: Pulumi
// docs, "Pulumi package schema", and pulumi/pulumi pkg/codegen/schema.
//
// No property has a default that Pulumi would fill in: what a program leaves out stays out, since several defaults depend on what
// is there, and a default from the environment would be kept in the state. Descriptions say the defaults.
import { aboutPackage, languages } from "./about.mjs";
import { configOf } from "./config.mjs";
import { functionsOf, objectsOf } from "./functions.mjs";
import { openTexts, sentence } from "./texts.mjs";
import { openTypes } from "./types.mjs";

/** As the plugin's state has it, in addition to the outputs of the TypeScript class. */
const VERIFICATION = {
  name: "verification",
  shape: { kind: "text" },
  required: true,
  comment: "In one line: `verified` or `requested`, or else what the last look at SES and DNS says is to do.",
};

/**
 * Required outputs of the TypeScript class that a state written before sending existed lacks until the next `up`. As required
 * ones, Go would read false and an empty map of them, and the other languages nothing in place of a value.
 */
const SINCE_SENDING = new Set(["readyToSend", "sendingArns"]);

/**
 * @param {{
 *   manifest: Parameters<typeof aboutPackage>[0],
 *   addresses: import("../addresses.mjs").Addresses,
 *   types: ReturnType<typeof import("../reference/read-types.mjs").readTypes>,
 *   facts: Readonly<Record<string, ReadonlyMap<string, { default?: string, choices?: readonly string[], replaces: boolean }>>>,
 *   hosts: Readonly<Record<string, { title: string, texts: Readonly<Record<string, string>> }>>,
 *   config: readonly import("./config.mjs").ConfigKey[],
 *   moved: readonly { from: string, to: string }[],
 *   functions: readonly import("./functions.mjs").FunctionDeclaration[],
 * }} sources
 * `facts`: of each resource, by argument. `hosts`: by kind. `moved`: keys of stack config with another name in the plugin.
 */
export function packageSchema({ manifest, addresses, types, facts, hosts, config, moved, functions }) {
  const texts = openTexts(moved, new Set(types.objects.keys()));
  const hostOf = ({ name }) => hosts[/^(\w+) host$/.exec(name)?.[1] ?? ""];
  const objects = new Map([...withOneRecord(types.objects), ...objectsOf(functions)]);
  const builder = openTypes(
    objects,
    (object, { name, comment, fallback }) =>
      texts.withDefault(sentence(comment || (hostOf(object)?.texts[name] ?? "")), fallback),
    (object) => texts.plain(sentence(object.comment || (hostOf(object)?.title ?? ""))),
  );
  const resources = Object.fromEntries(
    types.resources.map((resource) => [
      `sesdomain:index:${resource.name}`,
      resourceOf(resource, objects, facts[resource.name], builder, texts),
    ]),
  );
  const made = functionsOf(functions, builder, texts);
  const { variables, inputs } = configOf(config, builder);
  const listed = [...builder.types].map(([token, { of: _of, ...spec }]) => [token, spec]);
  return {
    ...aboutPackage(manifest, addresses),
    config: { variables },
    provider: {
      description:
        "Settings of the provider: how AWS and the DNS hosts are reached. What it leaves out is read from the environment.",
      inputProperties: inputs,
    },
    types: Object.fromEntries(listed.sort(([a], [b]) => (a < b ? -1 : 1))),
    resources,
    functions: made,
    language: languages(addresses),
  };
}

/** What each record set has to say where a program writes it by hand. */
const OF_A_RECORD = ["name", "type", "ttl", "values"];

/**
 * Records as a `DomainIdentity` outputs them and as a `DomainVerification` takes them are one type here: Go has no other way to
 * hand over a list. The type asks for what programs read of an output.
 */
function withOneRecord(objects) {
  const output = objects.get("RecordOutput");
  const properties = output.properties.map((one) => ({ ...one, required: OF_A_RECORD.includes(one.name) }));
  const record = { ...output, properties };
  return new Map([...objects, ["RecordOutput", record], ["AwaitedRecord", record]]);
}

function resourceOf({ name, comment, args, outputs }, objects, facts, { specOf, enumOf }, texts) {
  const order = [...facts.keys()];
  const inputs = [...objects.get(args).properties].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const input = ({ name: property, shape, comment: said }) => {
    const fact = facts.get(property);
    const type =
      shape.kind === "choice" && fact?.choices !== undefined
        ? { $ref: `#/types/${enumOf(fact.choices, name, property)}` }
        : specOf(shape, name, property);
    const replaces = fact?.replaces === true ? { replaceOnChanges: true, willReplaceOnChanges: true } : {};
    return [property, { ...type, description: texts.withDefault(said, fact?.default), ...replaces }];
  };
  const all = [...outputs, VERIFICATION];
  const output = ({ name: property, shape, comment: said }) => {
    const replaces = facts.get(property)?.replaces === true ? { replaceOnChanges: true } : {};
    return [property, { ...specOf(shape, name, property), description: texts.plain(said), ...replaces }];
  };
  return {
    description: texts.plain(comment),
    // Inputs first: their choices have an order of their own.
    inputProperties: Object.fromEntries(inputs.map(input)),
    requiredInputs: inputs.filter(({ required }) => required).map((one) => one.name),
    properties: Object.fromEntries(all.map(output)),
    required: all.filter((one) => one.required && !SINCE_SENDING.has(one.name)).map((one) => one.name),
    aliases: [{ type: `pulumi-nodejs:dynamic/sesdomain:${name}` }],
  };
}
