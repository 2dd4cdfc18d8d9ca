import { editDistance } from "../core/edit-distance";
import { nearest } from "../core/suggest";
import { clip } from "../core/text";
import { isRegionShaped, SES_REGIONS } from "./region";

/** Regions that exist without SES, so that none is taken for a misspelt one (AWS General Reference, "AWS regions"). */
const WITHOUT_SES = ["ap-east-1", "cn-north-1", "cn-northwest-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1"];
const KNOWN: readonly string[] = [...SES_REGIONS, ...WITHOUT_SES];

/** Of the regions that exist, and the directions that a new one may have. */
const WORDS: ReadonlySet<string> = new Set([
  ...KNOWN.flatMap((region) => region.split("-")),
  ...["northeast", "northwest", "southeast", "southwest", "isoe", "isof"],
]);

/** Says what is wrong with a region's name, as a clause; undefined where it may be one. */
export function regionFault(region: string): string | undefined {
  const shaped = isRegionShaped(region);
  const misspelt = shaped ? misspeltRegion(region) : undefined;
  if (shaped && !looksForeign(region) && misspelt === undefined) return undefined;
  const shown = clip(region, 40);
  const lower = region.trim().toLowerCase();
  const zone = /^([a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2})[a-z]$/.exec(lower);
  if (zone) return `"${shown}" is an availability zone; write its region, "${zone[1]}"`;
  const meant = misspelt ?? (looksForeign(lower) ? undefined : nearestRegion(lower));
  return `"${shown}" is not an AWS region${meant ? `; did you mean "${meant}"?` : ', such as "us-east-1"'}`;
}

/** Google Cloud's and Azure's names come close: `us-east1` has no hyphen, `europe-west-1` no AWS prefix. */
function looksForeign(region: string): boolean {
  return /^(asia|euro|europe)-/.test(region);
}

/**
 * The region that was meant by a text that has the shape of one. A region that is new since this was written passes: it
 * has the words of the others, or a country's two letters. So only a word that no region has is taken for a mistake.
 */
function misspeltRegion(region: string): string | undefined {
  const [area = "", ...rest] = region.split("-");
  const swapped = [[...area].reverse().join(""), ...rest].join("-");
  if (area.length === 2 && !WORDS.has(area) && KNOWN.includes(swapped)) return swapped;
  const strange = region.split("-").some((word) => word.length > 2 && !WORDS.has(word));
  return strange ? closest(region, 2) : undefined;
}

/** More may be wrong with it where the area is right. */
function nearestRegion(lower: string): string | undefined {
  const near = closest(lower.replace(/[_.\s]+/g, "-"), 1) ?? nearest(lower, KNOWN);
  return near?.slice(0, 2) === lower.slice(0, 2) ? near : undefined;
}

function closest(text: string, most: number): string | undefined {
  // Of two that are equally close, the one that begins in the same way.
  const distances = KNOWN.map((region) => ({
    region,
    distance: (editDistance(text, region, most) ?? most + 1) + (region[0] === text[0] ? 0 : 0.5),
  }));
  const [best] = distances.sort((one, other) => one.distance - other.distance);
  return best === undefined || best.distance > most + 0.5 ? undefined : best.region;
}
