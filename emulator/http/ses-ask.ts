import { parseFqdn } from "../../provider/core/fqdn";
import type { Ground } from "../ground";
import type { Ask } from "../ses/ask";

/** Asks as SES does: through the emulator's own recursive resolver. */
export function askThrough({ resolve }: Pick<Ground, "resolve">): Ask {
  return async (name, type) => {
    const parsed = parseFqdn(name);
    // A domain may be so long that there can be no name below it.
    if ("fault" in parsed) return { rcode: "NXDOMAIN", txt: [], mx: [], aliases: [], soa: undefined };
    const { rcode, records, answers, soa } = await resolve(parsed.name, type);
    const found = records.find((record) => record.type === "SOA") ?? soa;
    return {
      rcode,
      txt: records.flatMap((record) =>
        record.type === "TXT" ? [Buffer.from(record.strings.join(""), "latin1").toString("utf8")] : [],
      ),
      mx: records.flatMap((record) =>
        record.type === "MX" ? [{ preference: record.preference, exchange: record.exchange.toLowerCase() }] : [],
      ),
      aliases: answers.flatMap((record) =>
        record.type === "CNAME" ? [{ name: record.name.toLowerCase(), target: record.target.toLowerCase() }] : [],
      ),
      soa: found?.type === "SOA" ? { primaryNameServer: found.mname, serial: found.serial } : undefined,
    };
  };
}
