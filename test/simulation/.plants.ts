import { runHistory } from './history.ts';
import { PLANTED_BUGS } from './plants.ts';
for (const bug of PLANTED_BUGS) {
  let found = -1; let how = ''; const t0 = performance.now(); let others = new Map<string, number>();
  for (let seed = 1; seed <= 1000; seed++) {
    const r = await runHistory({ seed, mix: 'swarm', plant: bug.plant() });
    const hit = r.violations.find((v) => bug.breaks.test(v));
    if (hit !== undefined) { found = seed; how = hit; break; }
    for (const v of r.violations) others.set(v.slice(0, 60), (others.get(v.slice(0, 60)) ?? 0) + 1);
  }
  console.log(found, bug.name, '|', how.slice(0,150), '|', [...others].slice(0, 3), ((performance.now() - t0)/1000).toFixed(1));
}
