import { PAGES_ADDRESS, pageAddress } from "../../doctor/page-address";
import { ENDS_SEQUENCE, linked, OPENS_LINK } from "../terminal/hyperlink";
import type { Link } from "./paint";

export const linkToPage: Link = (code) => {
  const address = pageAddress(code);
  return address === undefined ? code : linked(code, address);
};

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
const ofPages = PAGES_ADDRESS === undefined ? "" : `(?:${escaped(PAGES_ADDRESS)}[a-z-]+\\.md)?`;

/** A pattern of what `linkToPage` writes around a code, and of no other link. */
export const OWN_LINKS = `${escaped(OPENS_LINK)}${ofPages}${escaped(ENDS_SEQUENCE)}`;
