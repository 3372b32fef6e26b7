import { SCENARIOS, runScenario, everyCrash } from './scenario.ts';
const all = performance.now();
for (const s of SCENARIOS) {
  const t0 = performance.now();
  const clean = await runScenario(s);
  console.log(s.name, Object.fromEntries(clean.payments), s.ends, clean.violations, clean.waits, clean.steps);
  let bad = 0;
  const ends = new Map<string, number>();
  for (const p of everyCrash(clean.waits)) {
    const r = await runScenario(s, { crashAt: [p] });
    if (r.violations.length && bad++ < 3) console.log('   ', p, r.violations);
    const k = JSON.stringify(Object.fromEntries(r.payments)); ends.set(k, (ends.get(k) ?? 0) + 1);
  }
  console.log('  ', bad, [...ends], ((performance.now() - t0) / 1000).toFixed(1));
}
console.log((performance.now() - all) / 1000);
