import { describeCases } from "../../support/doctor/case-shares";

describeCases("knot-sending");
