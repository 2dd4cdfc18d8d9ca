// Names in the schema of the Pulumi package that the TypeScript types do not have: of enums, of their values, and of types whose
// TypeScript name would collide with what a code generator adds (`Args` of inputs, `Output` in Go).

/** Types of which an input and an output would have one name; and one type that is both. */
const TYPES = { DkimOutput: "IdentityDkim", MailFromOutput: "IdentityMailFrom", AwaitedRecord: "Record" };

/** What the values of a property are called. Two properties with the same values share one; with others they have two. */
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

/** In front of values that are numbers, by the name of the property. */
const UNITS = { keyLength: "Bits" };

/** @param {string} text `mail-from`, `mailFrom` or `MAIL_FROM` */
export function pascal(text) {
  const words = text.split(/[^A-Za-z0-9]+/);
  const isShouted = words.length > 1 && text === text.toUpperCase();
  return words.map((word) => word.charAt(0).toUpperCase() + (isShouted ? lower(word) : word.slice(1))).join("");
}

const lower = (word) => word.slice(1).toLowerCase();

/** Of an object as read-types.mjs names it: `Identity` of `IdentityArgs`, `Route53Host` of `route53 host`. */
export function typeName(name) {
  return TYPES[name] ?? pascal(name.replace(/(Args|Output)$/, ""));
}

/** In order of preference: a short one, and one that says what has the property. */
export function enumNames(owner, property) {
  const own = `${owner}${pascal(property)}`;
  return ENUMS[property] === undefined ? [own] : [ENUMS[property], own];
}

/** Of a value of an enum; begins with a letter, as each language asks. Undefined where it has no name. */
export function valueName(property, value) {
  const name = pascal(String(value));
  if (/^[A-Za-z]/.test(name)) return name;
  return UNITS[property] === undefined ? undefined : `${UNITS[property]}${name}`;
}
