import { describeCases } from "../../support/doctor/case-shares";

describeCases("unbound-sending");
