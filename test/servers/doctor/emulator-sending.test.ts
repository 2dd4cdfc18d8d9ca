import { describeCases } from "../../support/doctor/case-shares";

describeCases("emulator-sending");
