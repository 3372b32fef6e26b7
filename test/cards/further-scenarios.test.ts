import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'vitest';
import { ISSUERS } from '../../src/core/card/card.ts';
import { expectAllRight, runFile } from './scenario-file.ts';

/** Further scenarios, where they are at hand: beside the project, or wherever the environment says. */
const GIVEN = join(
  process.env.FLUXA_CARD_SCENARIOS ?? resolve(import.meta.dirname, '../../../shared/vectors'),
  'card_scenarios.json',
);

test.skipIf(!existsSync(GIVEN)).each(ISSUERS)(
  'every further scenario comes out as expected with the issuer %s',
  { timeout: 240_000 },
  async (issuer) => expectAllRight(await runFile(GIVEN, issuer), issuer),
);
