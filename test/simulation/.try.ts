import { runHistory } from '/work/main/test/simulation/history.ts';
const from = Number(process.argv[2] ?? 1), n = Number(process.argv[3] ?? 1), mix = (process.argv[4] ?? 'swarm') as 'swarm';
const keeps = process.argv[5] === 'tail';
const t0 = performance.now();
const sums = new Map<string, number>(); const faults = new Map<string, number>();
let steps = 0, waits=0, signatures=0, finished=0, bad = 0;
for (let seed = from; seed < from + n; seed++) {
  let r;
  try { r = await runHistory({ seed, mix, keepsTail: keeps }); } catch (e) { console.log('seed', seed, e); bad++; continue; }
  steps += r.steps; waits += r.waits; signatures += r.signatures; finished += r.finished;
  for (const [k, v] of r.payments) sums.set(k, (sums.get(k) ?? 0) + v);
  for (const [k, v] of r.faults) faults.set(k, (faults.get(k) ?? 0) + v);
  if (r.violations.length) { bad++; if (bad < 12) console.log('seed', seed, r.violations.slice(0, 3)); if (keeps) console.log(r.tail.join('\n')); }
}
const s = (performance.now() - t0) / 1000;
console.log({ histories: n, perSecond: n / s, steps: steps / n, waits: waits / n, signatures, finished, bad }, Object.fromEntries(sums));
if (n > 50) console.log(Object.fromEntries([...faults].sort((a, b) => a[1] - b[1])));
