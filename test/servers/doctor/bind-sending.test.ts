import { describeCases } from "../../support/doctor/case-shares";

describeCases("bind-sending");
