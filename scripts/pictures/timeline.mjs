// Draws a verification's timeline from a real `up` on the emulator, whose turned clock makes it the same each time. Called by
// scripts/pictures.mjs.
import { loadSource } from "../lib/load-source.mjs";
import { timelineSvg } from "./timeline-svg.mjs";

const LABELS = {
  asked: (where) => `SES asked in ${where}`,
  written: (where) => `TXT value written at ${where}`,
  serves: (where) => `${where} serves it`,
  rounds: () => "all servers, in two looks",
  success: (where) => `SES says Success in ${where}`,
  verified: () => "verified: up returns",
};

/** @returns {Promise<Map<string, string>>} files of docs/pictures, by name */
export async function timeline() {
  const { observeTimeline } = await loadSource("test/support/pictures/timeline.ts");
  const events = await observeTimeline();
  const rows = events.map(({ ms, what, where }) => ({
    label: LABELS[what](where),
    seconds: Math.round(ms / 1_000),
    ends: what === "verified",
  }));
  const picture = { title: "A verification, from the request to SES's Success", rows };
  return new Map(["light", "dark"].map((theme) => [`timeline-${theme}.svg`, timelineSvg(picture, theme)]));
}
