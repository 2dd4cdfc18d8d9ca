import type { LookPorts } from "../../doctor/looks";
import type { RunProgram } from "./stack";

/** What a run of the doctor reaches. */
export interface DoctorPorts extends LookPorts {
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunProgram;
  readonly cwd: string;
}
