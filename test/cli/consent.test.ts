import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallet } from '../../sdk/src/index.ts';
import { canonicalJson, type Json, parseRecord } from '../../src/core/canonical.ts';
import { type ApprovalTerms, describe as wordsFor } from '../../src/core/words.ts';
import { createKeyFile } from '../../src/rails/evm/keystore.ts';
import { startWorld, type World } from '../../src/sandbox/world.ts';
import { nodeHash } from '../../src/store/hash.ts';
import { type Liar, startLiar } from './liar.ts';
import { makeFolder, run, runAtTerminal, runJson } from './process.ts';

const PROMPT = 'Passphrase of your approval key: ';

let world: World;
let passphrase: string;

beforeAll(async () => {
  world = await startWorld({ directory: makeFolder(), port: 0 });
  passphrase = JSON.parse(readFileSync(join(world.directory, 'sandbox.json'), 'utf8')).passphrase;
});
afterAll(() => world.close());

/** The directory of an operator with a key and a token, where nothing says that it is a sandbox. */
function operatorHome(url: string = world.server.url): string {
  const home = makeFolder();
  for (const name of ['operator-key.json', 'operator.token']) {
    copyFileSync(join(world.directory, name), join(home, name));
  }
  writeFileSync(join(home, 'server.json'), JSON.stringify({ url }));
  return home;
}

const operator = () => {
  const token = readFileSync(join(world.directory, 'operator.token'), 'utf8').trim();
  return createWallet({ url: world.server.url, token });
};

async function requestMandate(intent = 'Weather data'): Promise<string> {
  const agent = createWallet({ url: world.server.url, token: world.agentToken });
  const { mandate } = await agent.payment.request({
    amount: '50.00',
    intent,
    duration: '30d',
    hosts: ['names.sandbox'],
  });
  return mandate.id;
}

async function stateOf(mandate: string): Promise<string> {
  return (await operator().mandate.get({ mandate })).state;
}

test('at the terminal the operator is shown the words and the digest, and signs with the passphrase, unseen', async () => {
  const mandate = await requestMandate('Weather “data”, daily');
  const { code, screen } = await runAtTerminal(['mandate', 'approve', mandate], {
    home: operatorHome(),
    steps: [{ prompt: PROMPT, answer: `${passphrase}\n` }],
  });
  expect(code).toBe(0);
  expect(screen).toContain('  Allow agent “research-bot”');
  expect(screen).toContain('to spend up to 50.00 USD from wallet “Sandbox”');
  expect(screen).toContain('Hosts it may pay: names.sandbox');
  expect(screen).toMatch(/Digest [0-9a-f]{64}\n/);
  expect(screen).toContain(`Approved (${mandate})`);
  expect(screen).not.toContain(passphrase);
  expect(await stateOf(mandate)).toBe('signed');
});

test('a wrong passphrase and Ctrl-C sign nothing', async () => {
  const mandate = await requestMandate();
  const home = operatorHome();
  const ask = (answer: string) =>
    runAtTerminal(['mandate', 'approve', mandate], { home, steps: [{ prompt: PROMPT, answer }] });
  const wrong = await ask('wrong passphrase\n');
  expect(wrong.code).toBe(1);
  expect(wrong.screen).toContain('Error: The passphrase does not open this key file');
  const interrupted = await ask('\u0003');
  expect(interrupted.code).toBe(130);
  expect(interrupted.screen).toContain('nothing was done');
  expect(await stateOf(mandate)).toBe('pending_signature');
});

test('without a terminal no passphrase is taken, however it is offered', async () => {
  const mandate = await requestMandate();
  const home = operatorHome();
  writeFileSync(join(home, 'passphrase'), passphrase);
  const names = ['FLUXA_PASSPHRASE', 'FLUXA_OPERATOR_PASSPHRASE', 'PASSPHRASE', 'PASSWORD'];
  const env = Object.fromEntries(names.map((name) => [name, passphrase]));
  const { code, value } = await runJson(['mandate', 'approve', mandate], {
    home,
    env,
    input: `${passphrase}\n`,
  });
  expect({ code, value }).toEqual({
    code: 2,
    value: {
      error: {
        code: 'terminal_missing',
        detail: 'There is no terminal to ask for the passphrase at',
        hint: 'Run this command yourself in a terminal; a passphrase is taken in no other way',
        retryable: false,
      },
    },
  });
  for (const flag of ['--passphrase', '--password', '--passphrase-file']) {
    const given = await run(['mandate', 'approve', mandate, flag, passphrase], { home });
    expect({ code: given.code, stderr: given.stderr }).toEqual({
      code: 2,
      stderr: `Error: Unknown option "${flag}"\nHint: See "fluxa-wallet help mandate approve"\n`,
    });
  }
  expect(await stateOf(mandate)).toBe('pending_signature');
});

/** The opened approval with other terms, and a digest and words that fit them. */
function withTerms(opened: Record<string, unknown>, change: (terms: ApprovalTerms) => ApprovalTerms) {
  const terms = change(parseRecord(String(opened.termsJson)) as ApprovalTerms);
  const termsJson = canonicalJson(terms as Json);
  return { ...opened, termsJson, digest: nodeHash.sha256(termsJson), words: wordsFor(terms) };
}

const LIES: readonly [string, (opened: Record<string, unknown>) => object, string][] = [
  [
    'other words',
    (opened) => ({ ...opened, words: 'Reject everything' }),
    'The words are not what the terms say',
  ],
  [
    'another digest',
    (opened) => ({ ...opened, digest: 'a'.repeat(64) }),
    'The digest is not that of the terms',
  ],
  [
    'terms of another action',
    (opened) => withTerms(opened, (terms) => ({ ...terms, action: 'mandate.reject' })),
    'The terms are for "mandate.reject", not "mandate.approve"',
  ],
  [
    'terms of another mandate',
    (opened) =>
      withTerms(opened, (terms) => ({ ...terms, mandate: { id: 'mand_other' as `mand_${string}` } })),
    'The terms are not about mand_',
  ],
  [
    'terms of another wallet',
    (opened) => withTerms(opened, (terms) => ({ ...terms, wallet: { ...terms.wallet, id: 'wal_other' } })),
    'The terms are not about the wallet wal_',
  ],
  [
    'a purpose that rewrites the screen',
    (opened) =>
      withTerms(opened, (terms) => {
        if (terms.terms === undefined) throw new Error('No terms');
        return {
          ...terms,
          terms: { ...terms.terms, intent: 'Weather\u001b[2J\u001b[1;1HReject the mandate' },
        };
      }),
    'The terms hold characters that hide or reorder text',
  ],
  ['a malformed nonce', (opened) => ({ ...opened, nonce: 'zz' }), 'Its nonce or time is malformed'],
  [
    'a time that rewrites the screen',
    (opened) => ({ ...opened, expiresAt: 'Sun Nov 22 2099 10:33:00 GMT (\u001b[2J)' }),
    'Its nonce or time is malformed',
  ],
  [
    'words of a version nobody knows',
    (opened) => ({ ...opened, wordsVersion: 99 }),
    'The words are of version 99',
  ],
];

test.each(LIES)('a server that asks for a signature with %s gets none', async (_name, lie, flaw) => {
  const mandate = await requestMandate();
  const liar: Liar = await startLiar(world.server.url, { 'POST /v1/approvals': lie });
  const { code, value } = await runJson(['mandate', 'approve', mandate], { home: operatorHome(liar.url) });
  await liar.close();
  expect(code).toBe(1);
  expect(value.error.code).toBe('approval_mismatch');
  expect(value.error.detail).toContain(flaw);
  expect(liar.requests).toEqual(['GET /v1/wallet', 'POST /v1/approvals']);
});

test('a key that is not the operator’s is refused before anything is asked or opened', async () => {
  const mandate = await requestMandate();
  const home = makeFolder();
  const { address } = await createKeyFile(join(home, 'operator-key.json'), {
    passphrase: 'a passphrase',
    label: 'other',
    cost: { n: 1024, r: 8, p: 1 },
  });
  copyFileSync(join(world.directory, 'operator.token'), join(home, 'operator.token'));
  const { code, value } = await runJson(['mandate', 'approve', mandate], {
    home,
    env: { FLUXA_URL: world.server.url },
  });
  expect(code).toBe(1);
  expect(value.error.code).toBe('approval_key_wrong');
  expect(value.error.detail.toLowerCase()).toContain(`your approval key is ${address}`);
});

test('a sandbox signs by itself only for a server that is a sandbox too', async () => {
  const mandate = await requestMandate();
  const liar = await startLiar(world.server.url, {
    'GET /v1/wallet': (status) => ({ ...status, sandbox: false }),
  });
  const home = operatorHome(liar.url);
  copyFileSync(join(world.directory, 'sandbox.json'), join(home, 'sandbox.json'));
  const real = await runJson(['mandate', 'approve', mandate], { home });
  await liar.close();
  expect({ code: real.code, error: real.value.error.code }).toEqual({ code: 1, error: 'not_a_sandbox' });
  expect(liar.requests.filter((request) => request.endsWith('/signature'))).toEqual([]);
  const toy = await runJson(['mandate', 'approve', mandate], { home: world.directory });
  expect({ code: toy.code, state: toy.value.state }).toEqual({ code: 0, state: 'signed' });
  expect(await stateOf(mandate)).toBe('signed');
});

test('every kill switch is one signature, and lifting it is another', async () => {
  const home = world.directory;
  const { agents } = await operator().agent.list();
  const agent = agents.find(({ name }) => name === 'research-bot')?.id ?? '';
  const isFrozen = async () => [
    (await operator().wallet.status()).frozen,
    (await operator().agent.list()).agents.find(({ id }) => id === agent)?.frozen,
  ];
  for (const words of [
    ['wallet', 'freeze'],
    ['agent', 'freeze', agent],
  ]) {
    expect((await run(words, { home })).code).toBe(0);
  }
  expect(await isFrozen()).toEqual([true, true]);
  for (const words of [
    ['wallet', 'unfreeze'],
    ['agent', 'unfreeze', agent],
  ]) {
    expect((await run(words, { home })).code).toBe(0);
  }
  expect(await isFrozen()).toEqual([false, false]);
});

test('an approval key is made at the terminal, with its passphrase typed twice, and never overwritten', async () => {
  const home = makeFolder();
  const [first, second] = [
    'New passphrase for your approval key: ',
    'New passphrase for your approval key, again: ',
  ];
  const type = (one: string, two: string) =>
    runAtTerminal(['operator', 'init'], {
      home,
      steps: [
        { prompt: first, answer: `${one}\n` },
        { prompt: second, answer: `${two}\n` },
      ],
    });
  const slip = await type('long enough one', 'long enough two');
  expect(slip.code).toBe(2);
  expect(slip.screen).toContain('Error: The two passphrases differ');
  const made = await type('long enough one', 'long enough one');
  expect(made.code).toBe(0);
  expect(made.screen).not.toContain('long enough');
  const path = join(home, 'operator-key.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { stdout } = await run(['operator', 'address'], { home });
  expect(made.screen).toContain(`Your approval key is ${stdout.trim()}`);
  const before = readFileSync(path, 'utf8');
  const again = await runJson(['operator', 'init'], { home });
  expect({ code: again.code, error: again.value.error.code }).toEqual({ code: 2, error: 'file_exists' });
  expect(readFileSync(path, 'utf8')).toBe(before);
});
