import { InvalidArgumentError } from "commander";
import { regionFault } from "../aws/region-fault";
import { sentence } from "../core/words";

/** For options that may be repeated. */
export const collect = (value: string, all: readonly string[]) => [...all, value];

/** A parser of ports. `least`: 0 where the system may choose one. */
export function portFrom(least: 0 | 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= 65535) return value;
    throw new InvalidArgumentError(`A port is a number from ${least} to 65535.`);
  };
}

/** By shape: the line that is printed is for a shell to read. */
export function region(text: string): string {
  const fault = regionFault(text);
  if (fault === undefined) return text;
  throw new InvalidArgumentError(sentence(fault));
}
