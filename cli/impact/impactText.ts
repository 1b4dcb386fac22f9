import type { Broken } from '../../lineage/impact/broken.ts';
import { changeText } from '../../lineage/impact/change.ts';
import type { Impact, OwnerImpact } from '../../lineage/impact/impact.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';

/** What a reviewer reads: what changed, then for each owner what breaks and why. */
export function impactText({ changes, byOwner, broken, breaking }: Impact, bold: (text: string) => string): string {
  if (changes.length === 0) return 'Nothing was dropped, renamed or retyped.';
  const changed = changes.map((change) => `  ${escaped(changeText(change))}`).join('\n');
  const groups = byOwner.map((group) => ownerText(group, bold));
  return [`${bold('Changes')}\n${changed}`, ...groups, verdict(broken, breaking)].join('\n\n');
}

function ownerText({ owner, broken }: OwnerImpact, bold: (text: string) => string): string {
  const who = owner === null ? 'Nobody owns' : [owner.name, owner.email].filter((part) => part !== null).join(', ') || '?';
  const rows = broken.map(({ effect, kind, label, what, cause }) => [
    effect.toLowerCase().replace('_', ' '),
    kind.replace('_', ' '),
    label,
    what,
    changeText(cause),
  ]);
  return `${bold(escaped(who))}\n${table(['EFFECT', 'KIND', 'NAME', 'READS', 'BECAUSE'], rows, bold)}`;
}

function verdict(broken: readonly Broken[], breaking: boolean): string {
  if (broken.length > 0) return `${broken.length} broken.`;
  return breaking ? 'Whoever reads these breaks; add --manifest to find them.' : 'Nothing known breaks.';
}
