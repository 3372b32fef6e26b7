import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Chain, startChain } from '../../src/sandbox/chain.ts';
import { makeFolder, PROGRAM, run, runAtTerminal, runJson } from './process.ts';

const OPERATOR = '0x8ba1f109551bD432803012645Ac136ddd64DBA72';

let chain: Chain;

beforeAll(async () => {
  chain = await startChain({ stateDir: makeFolder(), mining: 'interval', blockTimeSeconds: 1 });
});
afterAll(() => chain.stop());

function initWords(passphraseFile?: string): string[] {
  const { chainId, rpcUrl, usdc } = chain;
  const words = [
    'init',
    '--network',
    `eip155:${chainId}`,
    '--rpc-url',
    rpcUrl,
    '--token',
    usdc,
    '--port',
    '0',
  ];
  return passphraseFile === undefined
    ? words
    : [...words, '--passphrase-file', passphraseFile, '--operator', OPERATOR];
}

function passphraseFile(text: string): string {
  const path = join(makeFolder(), 'passphrase');
  writeFileSync(path, `${text}\n`);
  return path;
}

test('a wallet that was set up serves until it is told to stop, and says where', async () => {
  const home = makeFolder();
  const file = passphraseFile('a passphrase of the server');
  const made = await runJson(initWords(file), { home });
  expect(made).toMatchObject({
    code: 0,
    value: { directory: home, operatorAddress: OPERATOR.toLowerCase() },
  });
  const config = readFileSync(join(home, 'config.json'), 'utf8');
  const again = await runJson(initWords(file), { home });
  expect({ code: again.code, error: again.value.error.code }).toEqual({ code: 2, error: 'file_exists' });
  expect(readFileSync(join(home, 'config.json'), 'utf8')).toBe(config);

  const wrong = await runJson(['serve', '--passphrase-file', passphraseFile('another')], { home });
  expect({ code: wrong.code, error: wrong.value.error.code }).toEqual({ code: 1, error: 'wrong_passphrase' });

  const FLUXA_PAYMENT_PASSPHRASE = 'a passphrase of the server';
  const server = spawn(process.execPath, [PROGRAM, 'serve', '--json'], {
    env: { PATH: process.env.PATH ?? '', HOME: home, FLUXA_HOME: home, FLUXA_PAYMENT_PASSPHRASE },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(server.stdout, 'data');
  const { url } = JSON.parse(String(line));
  const status = await runJson(['status'], { home });
  expect(status.value).toMatchObject({ operatorAddress: OPERATOR.toLowerCase(), sandbox: false });
  expect(JSON.parse(readFileSync(join(home, 'server.json'), 'utf8'))).toEqual({ url });
  server.kill('SIGTERM');
  expect((await once(server, 'close'))[0]).toBe(0);
  const stopped = await runJson(['balance'], { home });
  expect({ code: stopped.code, error: stopped.value.error.code }).toEqual({
    code: 3,
    error: 'server_unreachable',
  });
});

test('both passphrases of a new wallet are typed at the terminal where nothing else is said', async () => {
  const home = makeFolder();
  const passphrases = ['of the operator', 'of the server itself'];
  const [key, payment] = [
    'New passphrase for your approval key',
    "New passphrase of the server's payment key",
  ];
  const { code, screen } = await runAtTerminal(initWords(), {
    home,
    steps: [
      { prompt: `${key}: `, answer: `${passphrases[0]}\n` },
      { prompt: `${key}, again: `, answer: `${passphrases[0]}\n` },
      { prompt: `${payment}: `, answer: `${passphrases[1]}\n` },
      { prompt: `${payment}, again: `, answer: `${passphrases[1]}\n` },
    ],
  });
  expect(code).toBe(0);
  for (const passphrase of passphrases) expect(screen).not.toContain(passphrase);
  const { stdout } = await run(['operator', 'address'], { home });
  const { operatorAddress } = JSON.parse(readFileSync(join(home, 'config.json'), 'utf8'));
  expect(operatorAddress).toBe(stdout.trim().toLowerCase());
});

const WRONG: readonly [readonly string[], string][] = [
  [['--network', 'eip155:999', '--rpc-url', 'http://127.0.0.1:1'], 'eip155:999 is not in the registry'],
  [['--network', 'eip155:8453', '--rpc-url', 'nowhere'], '--rpc-url "nowhere" is not the address of a node'],
  [
    ['--network', 'eip155:8453', '--rpc-url', 'http://127.0.0.1:1', '--port', '70000'],
    '--port "70000" is not a port',
  ],
  [
    [
      '--network',
      'eip155:8453',
      '--rpc-url',
      'http://127.0.0.1:1',
      '--operator',
      OPERATOR.replace('8b', '8B'),
    ],
    'is not an address',
  ],
];

test.each(WRONG)('a set-up with %j is refused and leaves nothing behind', async (words, detail) => {
  const home = makeFolder();
  const { code, value } = await runJson(['init', ...words], { home });
  expect(code).toBe(2);
  expect(value.error.detail).toContain(detail);
  expect(readdirSync(home)).toEqual([]);
});

test('a directory that was not set up is not served', async () => {
  const { code, value } = await runJson(['serve'], { home: makeFolder() });
  expect({ code, error: value.error.code }).toEqual({ code: 2, error: 'not_set_up' });
});
