import { coloured } from "../../../provider/cli/doctor/paint";
import { ownPackage } from "../../../provider/core/own-package";
import { doctor, T1, T2 } from "../doctor/doctor";
import { ACCOUNT, DOMAIN, NAME, openDomainWorld } from "../emulator/domain";

/** What the doctor prints of a domain in two regions, of which one has its value in DNS: 80 columns, with colours. */
export async function doctorOutput(): Promise<string> {
  const world = await openDomainWorld({ rateLimits: false });
  const before = { ...process.env };
  Object.assign(process.env, world.emulator.env);
  try {
    world.emulator.cloud.ses.inject([
      { accountId: ACCOUNT, region: "us-east-1", name: DOMAIN, token: T1 },
      { accountId: ACCOUNT, region: "eu-west-1", name: DOMAIN, token: T2 },
    ]);
    world.setValues(NAME, [T1]);
    const options = { identity: ["us-east-1", "eu-west-1"] };
    // In the package's folder pages are named by their path from there.
    const { out, err } = await doctor(world, DOMAIN, options, { paint: coloured, cwd: ownPackage()?.folder ?? "." });
    if (err !== "") throw new Error(err);
    // The emulator's ports and addresses are its own.
    return out.replace(/\bdig -p \d+ /g, "dig ").replace(/\b127\.77\.10\.(\d)\b/g, "203.0.113.$1");
  } finally {
    for (const name of Object.keys(world.emulator.env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    await world.close();
  }
}
