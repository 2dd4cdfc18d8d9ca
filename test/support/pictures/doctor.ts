import { pageAddress } from "../../../provider/cli/doctor/links";
import { coloured } from "../../../provider/cli/doctor/paint";
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
    const { out, err } = await doctor(world, DOMAIN, { identity: ["us-east-1", "eu-west-1"] }, { paint: coloured });
    if (err !== "") throw new Error(err);
    // The emulator's ports and addresses are its own, and where the package lies is this machine's.
    return withoutFolder(out)
      .replace(/\bdig -p \d+ /g, "dig ")
      .replace(/\b127\.77\.10\.(\d)\b/g, "203.0.113.$1");
  } finally {
    for (const name of Object.keys(world.emulator.env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    await world.close();
  }
}

/** The addresses of pages begin at the package's folder; one that was too long for its line is broken anywhere. */
function withoutFolder(text: string): string {
  return [...text.matchAll(/--explain ([a-z-]+)/g)].reduce((before, [, code = ""]) => {
    const page = `docs/problems/${code}.md`;
    const broken = [...pageAddress(code).replace("file://", "")]
      .map((letter) => letter.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&"))
      .join("(?:\\n *)?");
    return before.replace(new RegExp(`(?:\\n *)?${broken}`), () => ` ${page}`).replaceAll(`,  ${page}`, `, ${page}`);
  }, text);
}
