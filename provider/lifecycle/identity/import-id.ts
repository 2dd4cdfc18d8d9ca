import { regionFault } from "../../aws/region-fault";
import type { EmailAddress } from "../../core/address";
import { SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { quoted } from "../../core/text";
import { sentence } from "../../core/words";
import type { IdentityName } from "../../ses/port";
import { checkAddress } from "../arguments/address";
import { checkDomain } from "../arguments/domain-name";

/** What `pulumi import` is given: `ses-example.com`, or with regions `ses-example.com/us-east-1,eu-west-1`. */
export interface ImportId<Subject extends IdentityName = IdentityName> {
  readonly subject: Subject;
  /** Each once, in the order given; undefined: the stack's own region is meant. */
  readonly regions: readonly string[] | undefined;
}

/** AWS has fewer with SES. */
const REGIONS_AT_MOST = 40;
const QUOTED = 200;

const DOMAIN_FORM = 'The id is the domain, and may name regions: "ses-example.com/us-east-1,eu-west-1".';
const ADDRESS_FORM = 'The id is the address, and may name regions: "news@example.com/us-east-1,eu-west-1".';

/** Throws `SesDomainError` `import-id-invalid`, which says what is expected. */
export function readDomainId(id: string): ImportId<Fqdn> {
  const { subject, regions } = parted(id, id.indexOf("/"), DOMAIN_FORM);
  const checked = checkDomain(subject);
  if ("fault" in checked) throw refused(id, `the domain ${checked.fault}`, DOMAIN_FORM);
  return { subject: checked.domain, regions };
}

/** The same for an address, whose part before the "@" may hold a "/". */
export function readAddressId(id: string): ImportId<EmailAddress> {
  const { subject, regions } = parted(id, id.indexOf("/", id.lastIndexOf("@") + 1), ADDRESS_FORM);
  if (!subject.includes("@")) {
    throw refused(id, "it is no address; a domain is imported as VerifiedDomain or DomainIdentity", ADDRESS_FORM);
  }
  const checked = checkAddress(subject);
  if ("fault" in checked) throw refused(id, `the address ${checked.fault}`, ADDRESS_FORM);
  return { subject: checked.address, regions };
}

function parted(id: string, slash: number, form: string) {
  const written = id.trim();
  if (written === "") throw refused(id, "it is empty", form);
  const [, region, name] = /^arn:[^:]*:ses:([^:]*):[^:]*:identity\/(.+)$/i.exec(written) ?? [];
  if (/^arn:/i.test(written)) {
    const way = name === undefined ? "" : `; write ${quoted(region ? `${name}/${region}` : name, QUOTED)}`;
    throw refused(id, `it is an ARN${way}`, form);
  }
  // Of a web address the whole is told.
  if (slash < 0 || written.includes("://")) return { subject: written, regions: undefined };
  return { subject: id.slice(0, slash).trim(), regions: regionsIn(id, id.slice(slash + 1), form) };
}

function regionsIn(id: string, text: string, form: string): readonly string[] {
  if (text.trim() === "") throw refused(id, 'no region follows the "/"', form);
  if (text.includes("/")) throw refused(id, 'it has more than one "/" after its name', form);
  const regions = text.split(",").map((one) => one.trim());
  if (regions.length > REGIONS_AT_MOST) {
    throw refused(id, `it names ${regions.length} regions; at most ${REGIONS_AT_MOST} are read`, form);
  }
  for (const [index, region] of regions.entries()) {
    if (region === "") throw refused(id, "a region is missing between two commas", form);
    const fault = regionFault(region);
    if (fault !== undefined) throw refused(id, fault, form);
    if (regions.indexOf(region) < index) throw refused(id, `it names ${region} twice`, form);
  }
  return regions;
}

function refused(id: string, why: string, form: string): SesDomainError {
  return new SesDomainError("import-id-invalid", sentence(`${quoted(id, QUOTED)} cannot be imported: ${why}`), {
    hint: form,
  });
}
