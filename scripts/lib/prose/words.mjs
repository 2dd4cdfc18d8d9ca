// Words that comments and texts do not use, and what they say instead: metaphors, idioms and old-fashioned turns.
// CONTRIBUTING's table is written from this list (`npm run docs`).

/**
 * `rather`, `than`: the row of the table. `textsOnly`: not looked for in comments.
 * @type {readonly { pattern: RegExp, rather: string, than: string, textsOnly?: boolean }[]}
 */
export const WORDS = [
  { pattern: /\bmend(?:s|ed|ing)?\b/i, rather: "fix, fixes, repairs", than: "mend, mends" },
  { pattern: /\banew\b/i, rather: "again", than: "anew" },
  {
    pattern: /\b(?:(?:some|any)body|who(?:m)?ever)\b/i,
    rather: "a user, the caller that",
    than: "somebody, anybody, whoever",
  },
  { pattern: /\b(?:nobody|everybody)\b/i, rather: "no server, no caller, none; all, each", than: "nobody, everybody" },
  { pattern: /\bbeside\b/i, rather: "in addition to, with, next to", than: "beside" },
  { pattern: /\ball the same\b/i, rather: "still, in any case", than: "all the same" },
  { pattern: /\bput(?:s|ting)? out\b/i, rather: "outputs, prints", than: "puts out" },
  {
    pattern: /\b(?:with|without|in) (?:a|one) word\b/i,
    rather: "without a message, silently; shortly",
    than: "with a word, without a word",
  },
  {
    pattern: /\b(?:its|their|and the) like\b(?! (?:a|an|the)\b)/i,
    rather: "and similar ones; such as",
    than: "and their like",
  },
  { pattern: /\bthe (?:whole )?world\b/i, rather: "resolvers, the internet", than: "the world" },
  {
    pattern: /\b(?:zones? above|above zones?|domains? above)\b/i,
    rather: "parent zone, parent domain",
    than: "zone above, domain above",
  },
  { pattern: /\bof before\b/i, rather: "previous, earlier", than: "of before" },
  {
    pattern: /(?:\b\w+'s|\b(?:its|their|his|her)) (?:own )?words?\b/i,
    rather: "SES's status, AWS's message, the name in the program",
    than: "SES's word, AWS's words",
  },
  { pattern: /\bdoors?\b/i, rather: "provider, caller, exit", than: "door" },
  { pattern: /\b(?:speaks?|spoken|spoke) (?:of|over)\b/i, rather: "describes, mentions, names", than: "speaks of" },
  { pattern: /\bin vain\b/i, rather: "without effect, has no effect", than: "in vain" },
  { pattern: /\b(?:sick|is ill|are ill|falls? ill)\b/i, rather: "broken, has a problem", than: "sick, ill" },
  { pattern: /\b(?:heal|heals|healed|healing)\b/i, rather: "repairs, recovers", than: "heals" },
  { pattern: /\bhasten(?:s|ed)?\b/i, rather: "starts at once, speeds up", than: "hasten" },
  { pattern: /\bwished for\b/i, rather: "wanted, desired, requested", than: "wished for" },
  { pattern: /\bl(?:ies|ie|ying|ay) (?:outside|beyond)\b/i, rather: "is outside", than: "lies outside" },
  { pattern: /\b(?:gainsaid|gainsays?)\b/i, rather: "contradicted", than: "gainsaid" },
  { pattern: /\bbr(?:ing|ings|inging|ought) about\b/i, rather: "causes", than: "brings about" },
  { pattern: /\bleads? nowhere\b/i, rather: "does not resolve, has no target", than: "leads nowhere" },
  { pattern: /\bstumbles?\b/i, rather: "fails", than: "stumbles" },
  { pattern: /\b(?:a )?stranger'?s?\b/i, rather: "other, another owner's", than: "stranger", textsOnly: true },
  {
    pattern:
      /\b(?:upon|whilst|amongst|lest|thereby|whereby|thereof|hence|thus|naught|aught|hitherto|whence|betimes)\b/i,
    rather: "on, while, among, so that, so",
    than: "upon, whilst, lest, thereby, hence, thus",
  },
  { pattern: /\b(?:laid down|lays down)\b/i, rather: "defined, specified", than: "laid down" },
  { pattern: /\bof one's (?:own )?choice\b/i, rather: "that the caller chooses", than: "of one's choice" },
  { pattern: /\bat sight\b/i, rather: "at once, on first reading", than: "at sight" },
  { pattern: /\bpass(?:es|ed)? over\b/i, rather: "skips, ignores", than: "passed over" },
  {
    pattern: /\b(?:stands?|stood) (?:at|in|under|there|beside|twice|for long|alone)\b/i,
    rather: "is, exists",
    than: "stands at, stands in, stood there",
    textsOnly: true,
  },
  { pattern: /\bworlds?\b/i, rather: "case, test case", than: "a world", textsOnly: true },
];

/**
 * What one file may hold: a word, or sentences of any length (`long`: their beginning). An entry that matches nothing is
 * reported.
 * @type {readonly { file: string, word?: RegExp, long?: RegExp, because: string }[]}
 */
export const ALLOWED = [
  {
    file: "emulator/http/google-dns/changes.ts",
    long: /^The resource record set /,
    because: "Google Cloud DNS sends this message",
  },
  {
    file: "emulator/http/route53/changes.ts",
    long: /^RRSet of type /,
    because: "Route 53 sends these messages",
  },
];

/** The table of CONTRIBUTING. */
export function wordsTable() {
  return ["| rather | than |", "| --- | --- |", ...WORDS.map(({ rather, than }) => `| ${rather} | ${than} |`)].join(
    "\n",
  );
}
