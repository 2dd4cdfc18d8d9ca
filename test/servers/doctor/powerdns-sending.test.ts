import { describeCases } from "../../support/doctor/case-shares";

describeCases("powerdns-sending");
