import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ConnectionError, PendingError, RefusalError } from '../../sdk/src/index.ts';
import { failureOf } from '../../src/cli/client.ts';
import { Failure } from '../../src/cli/failure.ts';
import { makeFolder, run } from './process.ts';

const CALL = { status: 403, idempotencyKey: 'key-1' };
const no = (code: string, retryable = false) => ({ code, detail: 'No', hint: 'Try', retryable });

const ENDINGS: readonly [string, Error, number, string][] = [
  ['a refusal', new RefusalError(no('payee_not_in_scope'), CALL), 1, 'payee_not_in_scope'],
  ['a server that is not there', new ConnectionError('Not reached', CALL), 3, 'server_unreachable'],
  ['a payment that is not finished', new PendingError({}, CALL), 4, 'pending'],
  [
    'a payment that runs already',
    new RefusalError(no('request_in_progress', true), CALL),
    4,
    'request_in_progress',
  ],
  ['a server that broke', new RefusalError(no('internal_error', true), CALL), 70, 'internal_error'],
];

test.each(ENDINGS)('%s ends the process as documented', (_name, error, exitCode, code) => {
  const failure = failureOf(error, 'http://127.0.0.1:4020');
  if (!(failure instanceof Failure)) throw new Error('Not a failure');
  expect([failure.exitCode, failure.report.code]).toEqual([exitCode, code]);
});

test('the numbers of a refusal are passed on, and nothing where there are none', () => {
  const numbers = { remaining: '0.50' };
  const failure = failureOf(
    new RefusalError({ ...no('mandate_budget_exceeded'), numbers }, CALL),
    'u',
  ) as Failure;
  expect(failure.report).toEqual({ ...no('mandate_budget_exceeded'), numbers });
  expect((failureOf(new RefusalError(no('wallet_frozen'), CALL), 'u') as Failure).report).toEqual(
    no('wallet_frozen'),
  );
});

test('a plain command loads the commands and the SDK, and no part of the wallet itself', async () => {
  const hook = join(makeFolder(), 'hook.mjs');
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module';
     const loaded = [];
     registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
     process.on('exit', () => process.stderr.write(JSON.stringify(loaded)));`,
  );
  const env = {
    NODE_OPTIONS: `--import=${pathToFileURL(hook).href}`,
    FLUXA_URL: 'http://127.0.0.1:1',
    FLUXA_TOKEN: 'fxa_0123456789abcdef',
  };
  const { code, stderr } = await run(['balance', '--json'], { home: makeFolder(), env });
  expect(code).toBe(3);
  const root = pathToFileURL(`${resolve(import.meta.dirname, '../..')}/`).href;
  const files = (JSON.parse(stderr) as string[]).filter((url) => url.startsWith('file:'));
  const rooms = files.map((url) => url.slice(root.length).split('/').slice(0, 2).join('/'));
  expect(files.length).toBeGreaterThan(5);
  expect([...new Set(rooms)].sort()).toEqual(['sdk/src', 'src/cli']);
});
