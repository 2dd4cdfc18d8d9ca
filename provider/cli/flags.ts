import { InvalidArgumentError } from "commander";
import { readAccountId } from "../aws/account-id";
import { regionFault } from "../aws/region-fault";
import { parseFqdn } from "../core/fqdn";
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

/** An account's twelve digits, with or without hyphens; may be repeated. */
export function accounts(text: string, all: readonly string[]): readonly string[] {
  const read = readAccountId(text);
  if ("id" in read) return collect(read.id, all);
  throw new InvalidArgumentError(sentence(read.fault));
}

/** A zone's name as people write it; may be repeated. `--zone -- COMMAND` lacks the name. */
export function zones(text: string, all: readonly string[]): readonly string[] {
  const parsed = parseFqdn(text);
  if ("name" in parsed) return all.includes(parsed.name) ? all : collect(parsed.name, all);
  throw new InvalidArgumentError(sentence(`The name ${parsed.fault}`));
}

/** By shape: the line that is printed is for a shell to read. */
export function region(text: string): string {
  const fault = regionFault(text);
  if (fault === undefined) return text;
  throw new InvalidArgumentError(sentence(fault));
}
