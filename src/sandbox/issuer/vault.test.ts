import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { isSandboxNumber, luhnDigit } from '../../rails/card/sandbox-number.ts';
import { join, SHOP } from './issuer.fixture.ts';
import { freshKeys } from './keys.ts';
import { numberOf, openVault } from './vault.ts';

const card = { reference: 'card_1' } as const;
const purchase = { card, ref: 'a1', amountCents: 2500n, merchant: SHOP } as const;

function directory(): string {
  const path = mkdtempSync(joinPath(tmpdir(), 'issuer-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** An issuer on disk with one card, whose secrets were seen. */
async function onDisk() {
  const path = joinPath(directory(), 'network.db');
  const keyFile = `${path}.keys.json`;
  const all = await join({ path, keyFile });
  const token = await all.issue();
  const secrets = await all.adapter.reveal(token);
  if (secrets === null) throw new Error('The card cannot be seen');
  return { ...all, path, keyFile, token, secrets };
}

/** Everything the database has on disk. */
function bytesOf(path: string): Buffer {
  const files = [path, `${path}-wal`, `${path}-shm`].filter((file) => existsSync(file));
  return Buffer.concat(files.map((file) => readFileSync(file)));
}

/** What the database holds of the card's secrets. */
function boxesOf(path: string): Record<string, Buffer | null> {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare('select number_box, data_key_box, code_key_box from card').get();
  db.close();
  return Object.fromEntries(
    Object.entries(row ?? {}).map(([column, value]) => [
      column,
      value instanceof Uint8Array ? Buffer.from(value) : null,
    ]),
  );
}

test.each([
  ['0', '0'],
  ['7992739871', '3'],
  ['999999000000000', '6'],
  ['424242424242424', '2'],
])('the check digit of %s is %s', (body, digit) => {
  expect(luhnDigit(body)).toBe(digit);
});

test('a number is nine digits between the range of the sandbox and a check digit', () => {
  expect(numberOf('123456789')).toMatch(/^999999123456789\d$/);
  expect(isSandboxNumber(numberOf('123456789'))).toBe(true);
  expect(isSandboxNumber('9999990000000006')).toBe(true);
  expect(isSandboxNumber('9999990000000007')).toBe(false);
  expect(isSandboxNumber('99999900000000006')).toBe(false);
  expect(isSandboxNumber('4242424242424242')).toBe(false);
});

test('a number outside of the range is not sealed and not looked for', async () => {
  const vault = openVault(freshKeys().keys);
  expect(() => vault.seal('card_x', '4242424242424242', new Uint8Array(32))).toThrow('its own range only');
  expect(vault.hashOf('4242424242424242')).toBe(null);
  const { issuer, issue, desk } = await join();
  await issue();
  const typed = { number: '4242424242424242', expiry: '01/29', code: '123' };
  expect(await issuer.network.authorize({ ...purchase, card: typed })).toMatchObject({
    reason: 'card_unknown',
  });
  expect(desk.asked).toStrictEqual([]);
});

test('what one card is sealed with does not open for another', () => {
  const vault = openVault(freshKeys().keys);
  const sealed = vault.seal('card_x', numberOf('123456789'), new Uint8Array(32).fill(7));
  expect(vault.open('card_x', sealed)).toBe(numberOf('123456789'));
  expect(() => vault.open('card_y', sealed)).toThrow();
});

test('neither number nor code is in the database, and the key file is for its owner alone', async () => {
  const { path, keyFile, secrets, issuer, token } = await onDisk();
  await issuer.network.authorize({ ...purchase, card: secrets });
  const { number, code } = secrets;
  expect(number).toMatch(/^999999\d{10}$/);
  const text = bytesOf(path).toString('latin1');
  expect(text).toContain(token);
  expect(text).toContain(number.slice(-4));
  for (const form of [
    number,
    number.replace(/(\d{4})(?=\d)/g, '$1 '),
    number.replace(/(\d{4})(?=\d)/g, '$1-'),
  ]) {
    expect(text.includes(form)).toBe(false);
    expect(text.includes(Buffer.from(form).toString('hex'))).toBe(false);
    expect(text.includes(Buffer.from(form).toString('base64').replaceAll('=', ''))).toBe(false);
  }
  expect(text.includes(`"${code}"`)).toBe(false);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
});

test('the issuer compares code and expiry of a typed card itself', async () => {
  const { issuer, desk, secrets } = await onDisk();
  desk.answer = () => ({ kind: 'declined', reason: 'cvv_mismatch' });
  const wrong = secrets.code === '000' ? '001' : '000';
  const typed = [
    secrets,
    { ...secrets, code: wrong },
    { ...secrets, code: null },
    { ...secrets, expiry: '01/20' },
  ];
  for (const [i, card] of typed.entries())
    await issuer.network.authorize({ ...purchase, ref: `a${i}`, card });
  const seen = desk.asked.map(({ message }) =>
    message.kind === 'authorization' ? [message.code, message.expiry] : null,
  );
  expect(seen).toStrictEqual([
    ['match', 'match'],
    ['mismatch', 'match'],
    ['absent', 'match'],
    ['match', 'mismatch'],
  ]);
});

test('the key of the code is destroyed by the first charge, and not by a check, a probe, a no or a late yes', async () => {
  const { issuer, adapter, desk, token, secrets, path } = await onDisk();
  const { network } = issuer;
  const codeKey = boxesOf(path).code_key_box ?? Buffer.from('none');
  await network.authorize({ ...purchase, ref: 'v1', kind: 'verification', amountCents: 0n });
  await network.authorize({ ...purchase, ref: 'v2', amountCents: 100n });
  network.faults.lateAnswers = 1;
  await network.authorize({ ...purchase, ref: 'a0' });
  const approve = desk.answer;
  desk.answer = () => ({ kind: 'declined', reason: 'amount_exceeds_locked' });
  await network.authorize({ ...purchase, ref: 'a1' });
  expect(await adapter.reveal(token)).toStrictEqual(secrets);
  desk.answer = approve;
  await network.authorize({ ...purchase, ref: 'a2' });
  expect(await adapter.reveal(token)).toBe(null);
  expect(bytesOf(path).includes(codeKey)).toBe(false);
  await network.authorize({ ...purchase, ref: 'a3', card: secrets });
  expect(desk.asked.at(-1)?.message).toMatchObject({ code: 'unknown', expiry: 'match' });
});

test('a charge of the whole lock is no probe, however small', async () => {
  const { issuer, adapter, token } = await onDisk();
  await adapter.mirror(token, { state: 'open', lockCents: 80n, headroomCents: 0n });
  await issuer.network.authorize({ ...purchase, amountCents: 80n });
  expect(await adapter.reveal(token)).toBe(null);
});

test('at the close the number and its key are gone from the disk, and a late refund by number still finds the card', async () => {
  const { issuer, adapter, desk, token, secrets, path } = await onDisk();
  const before = Object.values(boxesOf(path));
  expect(before.every((box) => box !== null && bytesOf(path).includes(box))).toBe(true);
  await adapter.mirror(token, { state: 'closed', lockCents: 2500n, headroomCents: 0n });
  expect(await adapter.reveal(token)).toBe(null);
  expect(boxesOf(path)).toStrictEqual({ number_box: null, data_key_box: null, code_key_box: null });
  expect(before.some((box) => box !== null && bytesOf(path).includes(box))).toBe(false);
  await issuer.network.refund({ card: { number: secrets.number }, ref: 'r1', of: null, amountCents: 700n });
  expect(desk.told).toMatchObject([{ token, message: { kind: 'refund', amountUnits: 7_000_000n } }]);
  expect(issuer.network.find({ token })).toMatchObject({
    state: 'closed',
    lastFour: secrets.number.slice(-4),
  });
});

test('a database of cards is not opened without keys that outlast the process', async () => {
  const path = joinPath(directory(), 'network.db');
  await expect(join({ path })).rejects.toThrow('keys that outlast this process');
});
