import { editBetween } from './edit.ts';
import { type KnownSite, SHORT } from './known.ts';

/** From this length on, any one slip counts for a brand; beyond it, for sure. */
export const LONG = 7;

/** Whether a skeleton is a slip away from a site's name. The shorter the name, the fewer slips count. */
export function isSlip(text: string, site: KnownSite): boolean {
  const { length } = site.skeleton;
  if (length <= SHORT || site.label.length <= SHORT) return false;
  const edit = editBetween(text, site.skeleton);
  if (edit === null || (edit.at === 0 && edit.kind !== 'swapped')) return false;
  if (edit.kind === 'swapped' || edit.kind === 'doubled') return site.kind !== 'word' || length > SHORT + 1;
  if (site.kind === 'given') return true;
  if (site.kind === 'word') return false;
  return length >= LONG || (length === LONG - 1 && edit.kind !== 'replaced');
}
