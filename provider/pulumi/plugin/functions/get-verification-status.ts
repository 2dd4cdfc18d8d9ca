import { within } from "../../../doctor/looks";
import { readVerificationStatus, verificationStatus } from "../../../doctor/verification-status";
import type { PluginFunction } from "./declaration";
import { SUBJECT_INPUTS } from "./inputs";
import { propertiesOf } from "./json-schema";
import { givenOf, identitiesOf, readWanted, shown } from "./wanted";

/** What SES says of one domain or address as a function of the plugin. */
export const getVerificationStatus: PluginFunction = {
  declaration: {
    token: "sesdomain:index:getVerificationStatus",
    comment:
      "Asks SES for the status of one domain or address: its verification, token, DKIM and MAIL FROM, as `sesdomain doctor --json` has them. DNS is not asked, and nothing is changed.",
    inputs: SUBJECT_INPUTS,
    outputs: propertiesOf(verificationStatus, "Verification"),
  },
  async run(args, ports, ctx) {
    const checked = readWanted(args, SUBJECT_INPUTS);
    if ("failures" in checked) return checked;
    const opened = ports.open();
    const asked = identitiesOf(checked.wanted, opened, ports);
    if ("failures" in asked) return asked;
    const given = givenOf(checked.wanted, asked.identities, opened);
    const status = await within(checked.wanted.timeoutMs, ctx, (inner) =>
      readVerificationStatus(given, opened.clients, inner),
    );
    // What was learned until then is not the status.
    ctx.signal.throwIfAborted();
    return { result: shown(status) };
  },
};
