import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWallet } from '../../../sdk/src/index.ts';
import { readText } from '../../serve/directory.ts';
import { startWorld } from '../world.ts';
import { playCards } from './cards.ts';
import { openStage } from './stage.ts';
import { playStory } from './story.ts';

/** Plays the story in a sandbox of its own; the exit code says whether everything was as told. */
async function main(): Promise<void> {
  const stage = openStage((line) => void process.stdout.write(`${line}\n`));
  const directory = mkdtempSync(join(tmpdir(), 'fluxa-demo-'));
  stage.act('A world is made: a chain, test USDC, a facilitator, paid services, a card network, a wallet');
  const world = await startWorld({ directory, port: 0 });
  try {
    const { url } = world.server;
    const token = readText(join(directory, 'operator.token')) ?? '';
    const agent = createWallet({ url, token: world.agentToken, attempts: 1 });
    const operator = createWallet({ url, token });
    const cast = { stage, world, agent, operator };
    await playStory(cast);
    await playCards(cast);
  } finally {
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  }
  const failures = stage.failures();
  if (failures.length === 0) stage.act('All of it was so.');
  else stage.act(`${failures.length} of the claims were not so: ${failures.join('; ')}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

await main();
