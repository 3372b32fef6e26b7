import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findMismatch } from '../../src/cli/terms.ts';
import type { CheckoutSight, Filler } from '../../src/core/card/ports.ts';
import { type CardWorld, MERCHANT, openCardWorld, SHOP } from '../http/cards.ts';
import { TOKENS } from '../http/world.ts';
import { makeFolder, run, runJson } from './process.ts';

const SIGHT: CheckoutSight = {
  host: SHOP,
  url: `https://${SHOP}/`,
  form: 'plain',
  totalCents: 500n,
  currency: 'USD',
};
/** A page whose button does nothing. */
const filler: Filler = {
  look: async () => SIGHT,
  fill: async (_, { presses }) => {
    if (presses) world.clock.advance(20_000);
    return { outcome: 'ok', isPressed: presses };
  },
};

let world: CardWorld;
let mandate: string;
const home = makeFolder();
beforeAll(async () => {
  world = await openCardWorld({ filler });
  mandate = await world.mandate();
});
afterAll(() => world.close());

/** Runs commands as the agent, or as the operator. */
const as = (who: 'agent' | 'operator') => ({
  home,
  env: { FLUXA_URL: world.world.url, FLUXA_TOKEN: TOKENS[who] },
});

test('a card is made as it is typed, and told without its number', async () => {
  const typed = ['card', 'create', '--amount', '25.00', '--mandate', mandate];
  const person = await run(typed, as('agent'));
  expect(person.code).toBe(0);
  expect(person.stdout).toMatch(
    /^Card +card_[0-9a-z]{26}\nState +active\nFor +“Card”\nNumber +ends in \d{4}, /,
  );
  expect(person.stdout).toContain('25.00 USD (25.00 unused, 0.00 held, 0.00 captured)');
  expect(person.stdout).toMatch(/Sandbox +yes: this is not money/);
  expect(person.stderr).toMatch(/^The key of this card is [0-9a-f-]{36}\n$/);
  const id = /card_[0-9a-z]{26}/.exec(person.stdout)?.[0] ?? '';
  expect(person.stdout.includes((await world.typed(id)).number)).toBe(false);
});

test('the same key gives the same card, with all that was typed', async () => {
  const typed = [
    ...['card', 'create', '--amount', '5', '--mandate', mandate, '--merchant', SHOP, '--label', 'A book'],
    ...[
      '--merchant-lock',
      'SHOP EXAMPLE',
      '--mcc',
      '5734',
      '--country',
      'US',
      '--ttl',
      '2h',
      '--require-3ds',
    ],
    ...['--idempotency-key', 'book-1'],
  ];
  const first = await runJson(typed, as('agent'));
  const again = await runJson(typed, as('agent'));
  expect([first.code, again]).toEqual([0, first]);
  const { card, idempotencyKey } = first.value;
  expect(idempotencyKey).toBe('book-1');
  expect(card).toMatchObject({
    label: 'A book',
    hosts: [SHOP],
    merchantLock: 'SHOP EXAMPLE',
    locked: '5.00',
  });
  expect(Date.parse(card.expiresAt) - Date.parse(card.createdAt)).toBe(7_200_000);
  const kept = await world.world.context.store.read.get('card', card.id);
  expect(kept?.controls).toMatchObject({
    allowedMccs: ['5734'],
    allowedCountries: ['US'],
    requires3ds: true,
  });
});

test('what is refused says why, and ends with 1', async () => {
  const typed = ['card', 'create', '--amount', '25.001', '--mandate', mandate];
  const { code, value } = await runJson(typed, as('agent'));
  expect([code, value.error.code]).toEqual([1, 'amount_invalid']);
});

test('a card is listed, looked at, recharged, drawn from, frozen and closed', async () => {
  const id = await world.card('10.00', mandate);
  const list = await run(['card', 'list', '--mandate', mandate], as('operator'));
  expect(list.stdout).toMatch(new RegExp(`^Card +State +USD +Until +For\n[^]*${id} +active +10.00 `));
  expect((await runJson(['card', 'get', id], as('agent'))).value).toEqual(
    await world.agent.card.get({ card: id }),
  );
  const up = await runJson(['card', 'recharge', id, '--amount', '2'], as('agent'));
  expect([up.code, up.value.card.locked]).toEqual([0, '12.00']);
  const down = await runJson(['card', 'withdraw', id, '--amount', '1.50'], as('agent'));
  expect([down.code, down.value.card.unused]).toEqual([0, '10.50']);
  const balance = await run(['card', 'balance', id], as('agent'));
  expect(balance.stdout).toMatch(/Locked +12.00 USD\nUnused +10.50 USD\n/);
  expect(await run(['card', 'freeze', id], as('agent'))).toEqual({
    code: 0,
    stdout: `Frozen: the card cannot be charged (${id})\n`,
    stderr: '',
  });
  expect((await runJson(['card', 'get', id], as('agent'))).value.state).toBe('frozen');
  expect((await run(['card', 'close', id], as('operator'))).stdout).toContain('goes back to the wallet');
  const log = await run(['card', 'transactions', id, '--after', '3'], as('agent'));
  expect(log.stdout).toMatch(/4 +2026-01-01T\S+ +2.00 +More money was locked\n/);
});

test('a card is shown at a terminal or in a file of its own, and nobody is asked where it cannot be', async () => {
  const id = await world.card('1.00', mandate);
  const piped = await runJson(['card', 'reveal', id], as('operator'));
  expect([piped.code, piped.value.error.code]).toEqual([2, 'terminal_missing']);
  const file = join(home, 'shown.json');
  const shown = await run(['card', 'reveal', id, '--output', file], as('operator'));
  expect([shown.code, shown.stdout]).toEqual([0, `Written to ${file}; delete it after use\n`]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const typed = await world.typed(id);
  expect(readFileSync(file, 'utf8') === `${JSON.stringify(typed)}\n`).toBe(true);
  const again = await runJson(['card', 'reveal', id, '--output', file], as('operator'));
  expect([again.code, again.value.error.code]).toEqual([2, 'file_exists']);
  const { transactions } = await world.agent.card.transactions({ card: id });
  expect(transactions.filter(({ kind }) => kind === 'revealed').length).toBe(1);
  const other = join(home, 'not-shown.json');
  const agents = await runJson(['card', 'reveal', id, '--output', other], as('agent'));
  expect([agents.code, agents.value.error.code, existsSync(other)]).toEqual([1, 'reveal_not_allowed', false]);
});

test('the newest code is found with and without the card', async () => {
  const id = await world.card('10.00', mandate);
  const none = await runJson(['card', '3ds', 'latest'], as('agent'));
  expect([none.code, none.value.error.code]).toEqual([1, 'challenge_not_found']);
  const code = '471100';
  await world.issuer.network.challenge({
    card: { reference: id },
    amountCents: 900n,
    merchant: MERCHANT,
    code,
  });
  await world.card('1.00', mandate);
  for (const typed of [
    ['card', '3ds', 'latest'],
    ['card', '3ds', 'latest', id],
  ]) {
    const { stdout } = await run(typed, as('agent'));
    expect(stdout).toMatch(/^Code +471100\nMerchant +SHOP EXAMPLE\nAmount +9.00 USD\nUntil +2026-/);
  }
});

test('a card is typed into a page, with or without its button', async () => {
  const id = await world.card('5.00', mandate);
  const typed = ['card', 'fill', id, '--endpoint', 'http://127.0.0.1:9222'];
  const left = await run([...typed, '--no-press'], as('operator'));
  expect([left.code, left.stdout]).toEqual([0, 'The card is typed in; 5.00 USD are to be paid\n']);
  const pressed = await run(typed, as('agent'));
  expect([pressed.code, pressed.stdout]).toEqual([
    0,
    'The button was pressed for 5.00 USD; nothing was heard of the charge yet\n',
  ]);
});

test('the cardholder is said, and so are the commands in the help', async () => {
  expect((await run(['cardholder'], as('agent'))).stdout).toBe('Name  Ada Example\n');
  const help = await run(['help', 'card', '3ds', 'latest'], as('agent'));
  expect(help.stdout).toMatch(/^fluxa-wallet card 3ds latest \[ID\]\n/);
});

test('what the operator is asked to sign to lift the freeze of a card holds together, for that card alone', async () => {
  const [id, other] = [await world.card('1.00', mandate), await world.card('1.00', mandate)];
  await world.agent.card.freeze({ card: id });
  const { termsJson: terms, ...opened } = await world.operator.approval.open({
    action: 'card.unfreeze',
    subject: id,
  });
  const claim = {
    ...opened,
    terms,
    action: 'card.unfreeze',
    walletId: world.world.context.walletId,
  } as never;
  expect(findMismatch(claim)).toBe(null);
  expect(findMismatch({ ...(claim as object), subjectId: other } as never)).toBe(
    `The terms are not about ${other}`,
  );
});

test('the trail names the operator where he signed, and not where somebody held his token', async () => {
  const headers = { authorization: `Bearer ${TOKENS.operator}` };
  const answer = await fetch(`${world.world.url}/v1/audit?chain=wallet&limit=1000`, { headers });
  const { entries } = (await answer.json()) as {
    entries: { kind: string; actor: { kind: string }; body: string }[];
  };
  const named = entries.filter(({ actor }) => actor.kind === 'operator');
  expect(named.filter(({ body }) => !body.includes('"signature":"0x')).map(({ kind }) => kind)).toEqual([]);
  expect(named.length).toBeGreaterThan(0);
  expect(entries.map(({ kind }) => kind)).toContain('card.closed');
});
