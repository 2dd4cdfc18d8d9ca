import { after, before, CHANGE, TAG, VERIFY } from "../../support/engine/killed-engine";
import { killedCreate } from "../../support/engine/killed-sending";

const MAKE = "ses:CreateEmailIdentity";
const MAIL_FROM = "ses:PutEmailIdentityMailFromAttributes";

/** One of each sort: with the identity alone, amid the records, with MAIL FROM asked for, with all but DMARC. */
const SAMPLE = [after(MAKE), after(CHANGE, 3), after(MAIL_FROM), before(CHANGE, 7)];

/** All that a create changes: the identity, its token, six sets of records, MAIL FROM, DMARC, the mark's last word. */
const WALK = [
  MAKE,
  VERIFY,
  ...[1, 2, 3, 4, 5, 6].map((nth) => [CHANGE, nth] as const),
  MAIL_FROM,
  [CHANGE, 7] as const,
  TAG,
]
  .map((one) => (typeof one === "string" ? ([one, 1] as const) : one))
  .flatMap(([call, nth]) => [before(call, nth), after(call, nth)]);

/** All of them: `SESDOMAIN_WALK=whole`, a quarter of an hour. */
const MOMENTS = process.env.SESDOMAIN_WALK === "whole" ? WALK : SAMPLE;

describe("an engine that is killed while it makes a domain ready to send", function () {
  this.timeout(900_000);

  for (const moment of MOMENTS) {
    const { phase, call, nth } = moment;
    it(`${phase} ${call} number ${nth}: the next up ends it`, () => killedCreate("route53", moment));
  }
});
