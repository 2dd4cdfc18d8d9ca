import type { Log } from "../core/ctx";
import { isIn, joinPath } from "../core/path";
import { printable } from "../core/text";
import type { Failure } from "../lifecycle/arguments/types";
import type { Props } from "../lifecycle/lifecycle";
import { beginningsOf, spellingsOf } from "./spellings";

// Loaded where it is needed: a plugin's process starts with this file, and the catalogue is large.
const loadCatalogue = (): typeof import("../diagnosis/catalogue") => require("../diagnosis/catalogue");

/** Shorter ones would blank out ordinary words. */
const SHORTEST = 6;
const HIDDEN = "[secret]";
/** What stands where a text was cut short (core/text.ts). */
const CUT = "…";
/** UTF-16 code units: of a longer one the beginning is looked for, and all that follows is hidden with it. */
const LONGEST = 4_000;

/** The arguments of one check that are secrets. */
export interface Secrets {
  /** The text without the values of secrets, whatever their case and spelling, and where they are cut short. */
  hide(text: string): string;
  /** The names of the properties that repeat a secret: by their own name, or by a text anywhere in them. */
  repeatedIn(props: Props): readonly string[];
  /** The log, to which nothing goes but what is hidden so. */
  quiet(log: Log): Log;
  /**
   * A failure as it goes to the engine: without `property`, since the engine prints the value of the property that is
   * named, secret or not; the reason begins with the path. Of a secret itself no reason is told that may quote it.
   */
  shown(failure: Failure): { readonly property: ""; readonly reason: string };
}

/** `paths` is what the resource's constructor found to be secret in `props` (resources/secrets.ts). */
export function openSecrets(paths: unknown, props: Props): Secrets {
  const secret = Array.isArray(paths) ? paths.filter((path): path is string => typeof path === "string") : [];
  const texts = [...textsIn(props, "", secret)];
  const whole = patternOf(texts);
  const beginnings = patternOf(texts.flatMap(beginningsOf));
  const hide = (text: string) => {
    const cut = withoutCut(whole === undefined ? text : text.replace(whole, HIDDEN), texts);
    return beginnings === undefined ? cut : cut.replace(beginnings, HIDDEN);
  };
  return {
    hide,
    repeatedIn(props) {
      if (secret.length === 0) return [];
      const roots = new Set(secret.map((path) => /^[^.[]*/.exec(path)?.[0]));
      const repeats = (value: unknown): boolean => {
        if (typeof value === "string") return hide(value) !== value;
        if (typeof value !== "object" || value === null) return false;
        return Object.entries(value).some(([key, entry]) => hide(key) !== key || repeats(entry));
      };
      return Object.keys(props).filter((name) => roots.has(name) || repeats(props[name]));
    },
    quiet: (log) => ({
      status: (text, kind) => log.status(hide(text), kind),
      info: (text) => log.info(hide(text)),
      warn: (text) => log.warn(hide(text)),
      debug: (text) => log.debug(hide(text)),
    }),
    shown({ property, reason, valueFree }) {
      const own = secret.find((path) => isIn(property, path));
      if (own === undefined || valueFree) return told(property, hide(reason));
      const code = loadCatalogue().codeOf(reason);
      return told(
        own,
        `${code === undefined ? "" : `${code}: `}is not valid. It is a secret, so nothing of it is shown here; the documentation of the argument says what it takes`,
      );
    },
  };
}

function told(path: string, reason: string): { readonly property: ""; readonly reason: string } {
  return { property: "", reason: printable(path === "" ? reason : `${path}: ${reason}`) };
}

function patternOf(texts: readonly string[]): RegExp | undefined {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  return texts.length === 0 ? undefined : new RegExp(longestFirst.map(literally).join("|"), "giu");
}

/** Where a message is cut short within a secret, the beginning of it goes too. */
function withoutCut(text: string, texts: readonly string[]): string {
  const [first = "", ...rest] = text.split(CUT);
  let shown = first;
  for (const part of rest) {
    const shownBefore = shown.toLowerCase();
    const cut = Math.max(0, ...texts.map((each) => lengthCut(shownBefore, each.toLowerCase())));
    shown = `${cut === 0 ? shown : shown.slice(0, -cut) + HIDDEN}${CUT}${part}`;
  }
  return shown;
}

/** How much of the beginning of `secret` the text ends in; 0 where that is too little to tell. */
function lengthCut(text: string, secret: string): number {
  for (let length = Math.min(secret.length, text.length, LONGEST); length >= SHORTEST; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}

/** Every text at or below a secret path, in each spelling. */
function textsIn(value: unknown, path: string, secret: readonly string[]): Set<string> {
  const texts = new Set<string>();
  const walk = (value: unknown, path: string, inside: boolean) => {
    const hidden = inside || secret.includes(path);
    if (typeof value === "string") {
      const text = value.trim();
      if (!hidden || text.length < SHORTEST) return;
      for (const one of spellingsOf(text)) if (one.length >= SHORTEST) texts.add(one);
      // A reason about another argument may hold the account of a secret ARN.
      for (const [account] of text.matchAll(/\d{12}/g)) texts.add(account);
    } else if (Array.isArray(value)) {
      value.forEach((entry, index) => {
        walk(entry, `${path}[${index}]`, hidden);
      });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, entry] of Object.entries(value)) walk(entry, joinPath(path, key), hidden);
    }
  };
  walk(value, path, false);
  return texts;
}

/** A pattern for the text itself: every character by its code point, so that none is taken for syntax. */
function literally(text: string): string {
  const codes = Array.from(text.slice(0, LONGEST), (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return codes.join("") + (text.length > LONGEST ? "[^]*" : "");
}
