import { type Code, findEntry } from "../../../provider/diagnosis/catalogue";
import type { Diagnosed, OtherViews } from "./case-types";

/** What one view of a world cannot tell, and why. */
interface Difference {
  readonly view: "preview" | "wait";
  readonly codes: readonly Code[];
  readonly why: string;
}

const BY_CODE: readonly Difference[] = [
  {
    view: "preview",
    codes: ["server-behind", "server-no-edns", "server-no-tcp", "server-no-udp", "dnssec-bogus"],
    why: "takes questions of its own, which a preview asks only where SES or the servers do not show the domain verified",
  },
  { view: "preview", codes: ["ses-credentials"], why: "check refuses the credentials before a plan is made" },
  { view: "preview", codes: ["identity-in-other-region"], why: "only the doctor searches the other regions" },
  { view: "wait", codes: ["identity-in-other-region"], why: "only the doctor searches the other regions" },
  { view: "wait", codes: ["dnssec-bogus"], why: "a wait ends where SES and every server say yes" },
];

/** Cases of which a program's views are of another world than the doctor's, and why. */
export const OTHER_WORLDS: Readonly<Record<string, string>> = {
  "covered-by-parent": "an identity that a program declares is to be there itself",
  "healthy-token-only": "a person gives the doctor the token; a program has none without an identity",
  "txt-missing-not-asked": "a person gives the doctor the token; a program does nothing without credentials",
  "zone-not-delegated": "only the doctor looks for the value in zones that the program does not write to",
  "zone-private": "only the doctor looks for the value in zones that the program does not write to",
};

/** What the view lacks or adds, each as "view: code"; empty where it names the same first cause and the same errors. */
export function differencesOf({ codes, views }: Pick<Diagnosed, "codes" | "views">): readonly string[] {
  if (views === undefined) return [];
  return [...compared("preview", codes, views.preview), ...comparedWait(codes, views)];
}

function compared(view: Difference["view"], doctor: readonly string[], other: readonly string[]): readonly string[] {
  const untold = untoldBy(view);
  const expected = doctor.filter((code) => other.includes(code) || !untold.has(code));
  return [
    ...(expected[0] === other[0]
      ? []
      : [`${view}: first is ${other[0] ?? "nothing"}, not ${expected[0] ?? "nothing"}`]),
    ...expected.filter(isError).flatMap((code) => (other.includes(code) ? [] : [`${view}: without ${code}`])),
    ...other.filter(isError).flatMap((code) => (doctor.includes(code) ? [] : [`${view}: with ${code}`])),
  ];
}

function untoldBy(view: Difference["view"]): ReadonlySet<string> {
  return new Set(BY_CODE.filter((one) => one.view === view).flatMap((one) => one.codes));
}

/** A wait that saw the domain verified ends without an error. */
function comparedWait(doctor: readonly string[], { wait }: OtherViews): readonly string[] {
  if (wait !== undefined) return compared("wait", doctor, wait);
  const untold = untoldBy("wait");
  return doctor
    .filter((code) => isError(code) && !untold.has(code))
    .map((code) => `wait: verified in spite of ${code}`);
}

function isError(code: string): boolean {
  return findEntry(code)?.severity === "error";
}
