import { clip } from "../../core/text";

/** `us-east-1`, `us-gov-west-1`, `cn-north-1`, `us-iso-east-1`, `eusc-de-east-1`: by shape, since regions are added. */
const REGION = /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/;

/** Says what is wrong with a region's name, as a clause; undefined where it has the shape of one. */
export function regionFault(region: string): string | undefined {
  if (REGION.test(region) && !looksForeign(region)) return undefined;
  const shown = clip(region, 40);
  const lower = region.toLowerCase();
  const zone = /^([a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2})[a-z]$/.exec(lower);
  if (zone) return `"${shown}" is an availability zone; write its region, "${zone[1]}"`;
  const meant = repaired(lower);
  return `"${shown}" is not an AWS region${meant ? `; did you mean "${meant}"?` : ', such as "us-east-1"'}`;
}

/** Google Cloud's and Azure's names come close: `us-east1` has no hyphen, `europe-west-1` no AWS prefix. */
function looksForeign(region: string): boolean {
  return /^(asia|euro)-/.test(region);
}

const DIRECTION = "north|south|east|west|central|northeast|northwest|southeast|southwest";

function repaired(lower: string): string | undefined {
  const bare = lower.replace(/[^a-z0-9]/g, "");
  const parts = new RegExp(`^(us|eu|ap|sa|ca|me|af|il|mx|cn)(gov)?(${DIRECTION})(\\d{1,2})$`).exec(bare);
  if (!parts) return undefined;
  const [, area, gov, direction, number] = parts;
  return [area, gov, direction, number].filter((part) => part !== undefined).join("-");
}
