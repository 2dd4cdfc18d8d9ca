import { describeCases } from "../../support/doctor/case-shares";

describeCases("nsd-sending");
