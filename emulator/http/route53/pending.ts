import { randomBytes } from "node:crypto";
import type { Ground } from "../../ground";
import { openView } from "../../records";
import type { Change, Zone, ZoneView } from "../../zones";

/** A change of a zone, or its making. Times in ms of the emulator's clock. */
export interface ChangeInfo {
  readonly id: string;
  readonly account: string;
  readonly zoneId: string;
  readonly submittedAt: number;
  readonly comment: string | undefined;
}

/** The changes that Route 53 has accepted and that its name servers do not serve yet. */
export interface PendingChanges {
  /** The zone as the API shows it: with all that was accepted. */
  view(zone: Zone): ZoneView;
  submit(zone: Zone, account: string, changes: readonly Change[], comment?: string): ChangeInfo;
  info(id: string): ChangeInfo | undefined;
  isPending(change: ChangeInfo): boolean;
  /** Whether some change of the zone is not served yet. */
  waits(zoneId: string): boolean;
}

export function openPendingChanges({ clock, zones }: Ground, insyncMs: () => number): PendingChanges {
  const infos = new Map<string, ChangeInfo>();
  const waiting = new Map<string, Map<string, readonly Change[]>>();

  return {
    view(zone) {
      const served = zones.view(zone.id);
      const batches = waiting.get(zone.id);
      if (!batches?.size) return served;
      const view = openView(zone.name, served.all());
      for (const change of [...batches.values()].flat()) {
        if (change.action === "put") view.put(change.set);
        else view.delete(change.key);
      }
      return view;
    },
    submit(zone, account, changes, comment) {
      const now = clock.now();
      const delay = insyncMs();
      const id = `C${randomBytes(10).toString("hex").toUpperCase()}`;
      const info = { id, account, zoneId: zone.id, submittedAt: now, comment };
      infos.set(id, info);
      if (delay <= 0) {
        zones.change(zone.id, changes);
        return info;
      }
      const batches = waiting.get(zone.id) ?? new Map<string, readonly Change[]>();
      waiting.set(zone.id, batches.set(id, changes));
      clock.setTimer(delay, () => {
        batches.delete(id);
        if (zones.get(zone.id)) zones.change(zone.id, changes);
      });
      return info;
    },
    info: (id) => infos.get(id),
    isPending: (change) => waiting.get(change.zoneId)?.has(change.id) ?? false,
    waits: (zoneId) => (waiting.get(zoneId)?.size ?? 0) > 0,
  };
}
