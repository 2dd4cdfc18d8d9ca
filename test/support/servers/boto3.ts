import { requireProgram } from "./programs";
import { openPythonEnvironment } from "./python";

const PACKAGES = ["boto3==1.44.5", "moto[server]==5.2.5"];

/**
 * The folder of a Python environment with boto3 and moto. Skips the running suite where Python or the packages are missing;
 * with SESDOMAIN_REQUIRE_ALL=1 that is a failure.
 */
export async function openBoto3(context: Mocha.Context): Promise<string> {
  const python = requireProgram(context, "python3");
  try {
    return await openPythonEnvironment(python, PACKAGES);
  } catch (error) {
    if (process.env.SESDOMAIN_REQUIRE_ALL === "1") throw error;
    console.log(`      skipped: pip cannot install ${PACKAGES.join(" and ")} here`);
    return context.skip();
  }
}
