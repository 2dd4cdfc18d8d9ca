import { clip } from "../core/text";

/** Twelve digits, with or without hyphens; `fault` is a clause that fits after the argument's path. */
export function readAccountId(text: string): { readonly id: string } | { readonly fault: string } {
  const id = text.replace(/-/g, "");
  if (/^\d{12}$/.test(id)) return { id };
  return { fault: `"${clip(text, 40)}" is not an AWS account id; it has twelve digits` };
}
