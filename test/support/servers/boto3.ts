import { requirePythonEnvironment } from "./python";

const PACKAGES = ["boto3==1.44.5", "moto[server]==5.2.5"];

/** The folder of a Python environment with boto3 and moto, by `requirePythonEnvironment`. */
export async function openBoto3(context: Mocha.Context): Promise<string> {
  return requirePythonEnvironment(context, PACKAGES);
}
