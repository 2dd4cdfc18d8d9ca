// Names in the schema of the Pulumi package that the TypeScript types do not have: of enums, of their values, and of types whose
// TypeScript name would collide with what a code generator adds (`Args` of inputs, `Output` in Go).

/** Types of which an input and an output would have one name; and one type that is both. */
const TYPES = { DkimOutput: "IdentityDkim", MailFromOutput: "IdentityMailFrom", AwaitedRecord: "Record" };

/** What the values of a property are called. Two properties with the same values share one. */
const ENUMS = {
  placement: "Placement",
  adopt: "Adoption",
  restart: "Restart",
  previewCheck: "PreviewCheck",
  mode: "DnsCheckMode",
  keyLength: "KeyLength",
  onMxFailure: "OnMxFailure",
  transport: "Transport",
  status: "IdentityStatus",
  type: "RecordType",
  purpose: "RecordPurpose",
};

/** In front of values that are numbers. */
const UNITS = { KeyLength: "Bits" };

/** @param {string} text `mail-from` or `mailFrom` */
export function pascal(text) {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** Of an object as read-types.mjs names it: `Identity` of `IdentityArgs`, `Route53Host` of `route53 host`. */
export function typeName(name) {
  return TYPES[name] ?? pascal(name.replace(/(Args|Output)$/, ""));
}

/** `owner`: the name of what has the property. */
export function enumName(owner, property) {
  return ENUMS[property] ?? `${owner}${pascal(property)}`;
}

/** Of a value of an enum; begins with a letter, as each language asks. */
export function valueName(enumeration, value) {
  const name = pascal(String(value));
  return /^[A-Za-z]/.test(name) ? name : `${UNITS[enumeration] ?? "Value"}${name}`;
}
