import { runHistory } from './history.ts';
import { PLANTED_BUGS } from './plants.ts';
const bug = PLANTED_BUGS[2]!;
  for (let seed = 1; seed <= 140; seed++) {
    const r = await runHistory({ seed, mix: 'swarm', plant: bug.plant(), keepsTail: true });
    if (r.violations.length) { console.log(r.tail.slice(-70).join('\n')); console.log(seed, r.violations, Object.fromEntries(r.payments), [...r.faults]); break;}
  }
