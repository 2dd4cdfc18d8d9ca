import { jsonText } from "../../../core/text";
import { lookAtAll, openCheckup } from "../../../doctor/examine";
import { toJson } from "../../../doctor/json";
import { doctorReport } from "../../../doctor/schema";
import type { PluginFunction, Properties } from "./declaration";
import { SUBJECT_INPUTS } from "./inputs";
import { propertiesOf } from "./json-schema";
import { givenOf, identitiesOf, readWanted, shown } from "./wanted";

const INPUTS: Properties = {
  ...SUBJECT_INPUTS,
  tokens: {
    type: { list: "text" },
    comment: "Tokens that DNS is searched for. Without `identities`, SES is not asked then.",
  },
  dnsCheck: {
    type: {
      object: "AskedDnsCheck",
      comment: "How DNS is read.",
      properties: {
        mode: {
          type: "text",
          choices: ["authoritative", "doh"],
          fallback: "authoritative",
          comment: "`doh`: resolvers over HTTPS are asked, in place of the domain's own name servers.",
        },
        resolvers: {
          type: { list: "text" },
          comment: "Addresses of resolvers that find the name servers; with `doh`, URLs of resolvers.",
        },
        port: { type: "whole", comment: "The port of the name servers. Default: 53." },
      },
    },
    comment: "How DNS is read. Default: every name server of the domain is asked.",
  },
  dnsOnly: { type: "boolean", fallback: false, comment: "SES is not asked, only DNS." },
};

/** `sesdomain doctor --json` of one domain or address as a function of the plugin. */
export const getDiagnosis: PluginFunction = {
  declaration: {
    token: "sesdomain:index:getDiagnosis",
    comment:
      "Looks at one domain or address at SES and at every name server. It says what is wrong, why it matters and what to do. The answer is what `sesdomain doctor --json` prints. It changes nothing.",
    inputs: INPUTS,
    outputs: {
      json: {
        type: "text",
        required: true,
        comment: "The whole report as JSON text, as `sesdomain doctor --json` prints it.",
      },
      ...propertiesOf(doctorReport, "Diagnosis"),
    },
  },
  async run(args, ports, ctx) {
    const checked = readWanted(args, INPUTS);
    if ("failures" in checked) return checked;
    const opened = ports.open();
    const asked = identitiesOf(checked.wanted, opened, ports);
    if ("failures" in asked) return asked;
    const given = [givenOf(checked.wanted, asked.identities, opened)];
    const looked = await lookAtAll(given, openCheckup(given, opened, ctx), checked.wanted.timeoutMs, ctx);
    // What was seen until then is no diagnosis.
    ctx.signal.throwIfAborted();
    const report = toJson(looked, ctx.clock.now());
    return { result: { json: jsonText(report), ...shown(report) } };
  },
};
