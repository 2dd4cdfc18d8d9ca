import type { Ctx } from "../../core/ctx";
import { clip, oneLineIn } from "../../core/text";
import { listed, wrapped } from "../../core/words";
import type { IdentitySeen } from "../../diagnosis/finding";
import type { DomainReport } from "../../doctor/report";
import { hasDkim, hasMailFrom } from "../../doctor/sending/standing";
import { formatDuration } from "../../lifecycle/arguments";
import { nextStepOf, renderNext } from "./next";
import type { TextStyle } from "./paint";
import { openPauseRule } from "./pause-rule";
import { renderState } from "./render";
import { openLiveView, type Terminal } from "./terminal";

const TICK_MS = 1_000;

/**
 * Looks again and again until the domain is healthy, nothing fixes it by itself, the time is up, or the signal ends it; shows the time gone and what
 * is awaited. While nothing can be learned it looks ever less often. Returns the last report; undefined where it ended before the first. `look` is handed how far to go.
 */
export async function watch(
  look: () => Promise<DomainReport>,
  timeoutMs: number,
  terminal: Terminal,
  ctx: Ctx,
): Promise<DomainReport | undefined> {
  const startedMs = ctx.clock.now();
  const view = terminal.height === undefined ? undefined : openLiveView(terminal);
  const pauseMs = openPauseRule();
  let last: DomainReport | undefined;
  let said = "";
  try {
    for (;;) {
      last = await look();
      const lookedMs = ctx.clock.now();
      if (last.outcome === "healthy" || lookedMs - startedMs >= timeoutMs) return last;
      const shown = oneLineIn(last);
      const stuck = stuckOf(shown);
      if (stuck !== undefined) {
        terminal.say(`No longer watched: ${stuck}, which SES does not fix by itself.`);
        return last;
      }
      const elapsedMs = lookedMs - startedMs;
      const pause = Math.min(pauseMs(last, elapsedMs), Math.max(1, timeoutMs - elapsedMs));
      if (view === undefined) {
        const step = renderNext(nextStepOf(shown), terminal);
        const words = `${awaited(shown)}\n${step === "" ? "" : `${step}\n`}`;
        if (words !== said) terminal.write(`${gone(ctx.clock.now() - startedMs, timeoutMs)}: ${words}`);
        said = words;
        await ctx.clock.sleep(pause, ctx.signal);
        continue;
      }
      for (let leftMs = pause; leftMs > 0; leftMs = pause - (ctx.clock.now() - lookedMs)) {
        const times = { goneMs: ctx.clock.now() - startedMs, timeoutMs, nextMs: leftMs };
        view.show(renderWatch(shown, times, terminal));
        await ctx.clock.sleep(Math.min(TICK_MS, leftMs), ctx.signal);
      }
    }
  } catch (error) {
    if (!ctx.signal.aborted) throw error;
    return last;
  } finally {
    view?.clear();
  }
}

/** What a person has to do before there is anything to wait for. */
function stuckOf({ observations }: DomainReport): string | undefined {
  const stuck = observations.identities.filter(({ status, coveredBy }) => STUCK.has(status) && coveredBy === undefined);
  const parts = observations.identities.filter(({ status }) => !STUCK.has(status)).flatMap(stuckParts);
  const said = [...stuck.map(({ name, status }) => `${name} ${status}`), ...parts];
  return said.length === 0 ? undefined : listed(said);
}

const STUCK: ReadonlySet<string> = new Set(["Failed", "absent", "NotStarted"]);

/** What SES says of DKIM and MAIL FROM, where they are set and not as they should be. */
function partsOf({ name, dkim, mailFrom }: IdentitySeen): readonly string[] {
  return [
    ...(hasDkim(dkim) && dkim?.status !== "Success" ? [`${name} DKIM ${dkim?.status}`] : []),
    ...(hasMailFrom(mailFrom) && mailFrom?.status !== "Success" ? [`${name} MAIL FROM ${mailFrom?.status}`] : []),
  ];
}

/** SES has given up on it, or it was never begun. */
function stuckParts(one: IdentitySeen): readonly string[] {
  const { dkim, mailFrom } = one;
  const isStuck = (status: string | undefined) => status === "Failed" || status === "NotStarted" || status === "none";
  const isOver = (hasDkim(dkim) && isStuck(dkim?.status)) || (hasMailFrom(mailFrom) && isStuck(mailFrom?.status));
  return isOver ? partsOf(one) : [];
}

interface Times {
  readonly goneMs: number;
  readonly timeoutMs: number;
  readonly nextMs: number;
}

/** One moment of the live view. Pure. */
function renderWatch(report: DomainReport, { goneMs, timeoutMs, nextMs }: Times, look: TextStyle): string {
  const next = `next look in ${formatDuration(Math.ceil(nextMs / 1_000) * 1_000)}`;
  return [
    `${gone(goneMs, timeoutMs)}, ${next}`,
    wrapped(`awaited: ${awaited(report)}`, look.width, "  "),
    "",
    renderState(report, look),
  ].join("\n");
}

function gone(goneMs: number, timeoutMs: number): string {
  return `${formatDuration(Math.floor(goneMs / 1_000) * 1_000)} of ${formatDuration(timeoutMs)} gone`;
}

/** What is not as it should be yet, in one line. */
function awaited({ observations, verdicts }: DomainReport): string {
  const servers = verdicts.flatMap((verdict) =>
    verdict.servers.flatMap(({ server, state }) => (state === "serves" ? [] : [`${server} ${state}`])),
  );
  const unread = observations.unread.map(({ name, code }) => `${name} ${code}`);
  const ses = observations.identities.flatMap((one) => [
    ...(one.status === "Success" ? [] : [`${one.name} ${one.status}`]),
    ...partsOf(one),
  ]);
  const parts = [
    ...(servers.length + unread.length > 0 ? [`DNS (${listed([...servers, ...unread])})`] : []),
    ...(ses.length > 0 ? [`SES (${listed(ses)})`] : []),
  ];
  return parts.length === 0 ? "another look" : clip(parts.join(", "), 400);
}
