import { parseFqdn } from "../../provider/core/fqdn";
import type { Scope } from "../ses/scope";
import type { Principal } from "./accounts";
import type { Call } from "./service";

/** Whether SES takes this as a domain: at least two labels, no final dot, no underscore in front. */
export function isDomain(text: string): boolean {
  return !text.endsWith(".") && text.includes(".") && !/[*_]/.test(text) && "name" in parseFqdn(text);
}

export function isAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  return at > 0 && !/\s/.test(text) && isDomain(text.slice(at + 1));
}

/** Whose identities a call is about. */
export const scopeOf = ({ caller, region }: Call): Scope => ({ accountId: caller.accountId, region });

export function identityArn(caller: Principal, region: string, name: string): string {
  return `arn:${caller.partition}:ses:${region}:${caller.accountId}:identity/${name}`;
}

export function configurationSetArn(caller: Principal, region: string, name: string): string {
  return `arn:${caller.partition}:ses:${region}:${caller.accountId}:configuration-set/${name}`;
}

/** An opaque mark of where a list goes on. */
export function writeMark(sequence: number): string {
  return Buffer.from(`after ${sequence}`).toString("base64url");
}

export function readMark(mark: string): number | undefined {
  const sequence = /^after (\d+)$/.exec(Buffer.from(mark, "base64url").toString("latin1"))?.[1];
  return sequence === undefined ? undefined : Number(sequence);
}
