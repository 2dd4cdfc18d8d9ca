import type { ServerSighting, Sighting } from "../authority/authority";
import { clip } from "../core/text";
import { counted, listed } from "../core/words";
import { dataText } from "../dns/requirement";
import type { Observations } from "./finding";

/**
 * What each server said last, a line for each of its addresses, and what SES said: for an error that ends a wait. Empty
 * where no server was asked. Pure.
 */
export function describeAnswers({ identities, expected, sightings, unread }: Observations): string {
  const servers = sightings.flatMap(({ name, type, servers: all }) => {
    const wanted = expected
      .filter(({ record }) => record.name === name && record.type === type)
      .map((one) => ({ identity: one.owner.identity, value: dataText(one) }));
    return all.map(
      (one) => `  ${clip(one.server)} (${clip(one.address)}): ${answerWords(one, type, wanted)} at ${name}`,
    );
  });
  const unasked = unread.map(({ name, message }) => `  ${name}: ${clip(message, 300)}`);
  const ses = identities.map(({ name, status, unknownBecause }) => {
    const because = unknownBecause === undefined ? "" : ` (${clip(unknownBecause, 300)})`;
    return `  SES for ${clip(name)}: ${status}${because}`;
  });
  const lines = [...servers, ...unasked, ...ses];
  return lines.length === 0 ? "" : ["Last answers:", ...lines].join("\n");
}

function answerWords(
  seen: ServerSighting,
  type: Sighting["type"],
  wanted: readonly { readonly identity: string; readonly value: string }[],
): string {
  switch (seen.kind) {
    case "absent":
      return seen.nxdomain ? "no such name" : `no ${type} record`;
    case "lame":
      return `${seen.servesZone ? "fails" : "no authority"}, ${clip(seen.reason, 200)},`;
    case "unreachable":
      return `${seen.unasked ? "not asked" : "no answer"}, ${clip(seen.reason, 200)},`;
    case "values": {
      const lacking = wanted.filter(({ value }) => !seen.values.includes(value)).map(({ identity }) => identity);
      const has = counted(new Set(seen.values).size, "value");
      return lacking.length === 0 ? has : `${has}, but not that of ${listed(lacking)},`;
    }
  }
}
