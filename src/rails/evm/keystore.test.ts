import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toHex } from '../../protocol/hex.ts';
import { createKeyFile, decryptKey, encryptKey, KeystoreError, openKeyFile } from './keystore.ts';

// The two examples of the Web3 Secret Storage definition: one key, one passphrase.
const PASSPHRASE = 'testpassword';
const PRIVATE_KEY = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const ADDRESS = '0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b';
const PBKDF2_FILE = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: 'hmac-sha256',
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};
const SCRYPT_FILE = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
    ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
    kdf: 'scrypt',
    kdfparams: {
      dklen: 32,
      n: 262144,
      p: 8,
      r: 1,
      salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19',
    },
    mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};
const CHEAP = { n: 2 ** 10, r: 8, p: 1 };
const KEY = Uint8Array.from(Buffer.from(PRIVATE_KEY, 'hex'));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keystore-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  ['PBKDF2', PBKDF2_FILE],
  ['scrypt', SCRYPT_FILE],
])('the published example with %s opens', async (_, file) => {
  const opened = await decryptKey(JSON.stringify(file), PASSPHRASE);
  expect(toHex(opened.privateKey)).toBe(`0x${PRIVATE_KEY}`);
  expect({ address: opened.address, label: opened.label }).toEqual({ address: ADDRESS, label: '' });
});

test('a file opens with its section named as in older files, and with its address in any form', async () => {
  const { crypto, ...rest } = PBKDF2_FILE;
  for (const address of [ADDRESS, ADDRESS.slice(2), '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b']) {
    const opened = await decryptKey(JSON.stringify({ ...rest, address, Crypto: crypto }), PASSPHRASE);
    expect(opened.address).toBe(ADDRESS);
  }
});

test('what is encrypted opens again, and two files of one key share nothing secret', async () => {
  const options = { passphrase: 'naïve \u{1f511}', label: 'Spending', cost: CHEAP };
  const [a, b] = [await encryptKey(KEY, options), await encryptKey(KEY, options)];
  const opened = await decryptKey(a, options.passphrase);
  expect(toHex(opened.privateKey)).toBe(`0x${PRIVATE_KEY}`);
  expect({ address: opened.address, label: opened.label }).toEqual({ address: ADDRESS, label: 'Spending' });
  const [first, second] = [JSON.parse(a), JSON.parse(b)];
  expect(first.crypto.kdfparams.salt).not.toBe(second.crypto.kdfparams.salt);
  expect(first.crypto.cipherparams.iv).not.toBe(second.crypto.cipherparams.iv);
  expect(first.crypto.ciphertext).not.toBe(second.crypto.ciphertext);
  expect(first.id).not.toBe(second.id);
});

test('a new file costs its reader 2^17 rounds of scrypt', async () => {
  const file = JSON.parse(await encryptKey(KEY, { passphrase: PASSPHRASE, label: 'Spending' }));
  expect(file).toEqual({
    version: 3,
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    address: ADDRESS.slice(2),
    label: 'Spending',
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: expect.stringMatching(/^[0-9a-f]{32}$/) },
      ciphertext: expect.stringMatching(/^[0-9a-f]{64}$/),
      kdf: 'scrypt',
      kdfparams: { dklen: 32, n: 131072, r: 8, p: 1, salt: expect.stringMatching(/^[0-9a-f]{64}$/) },
      mac: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  });
});

test('the passphrase counts as its bytes, without normalising', async () => {
  const text = await encryptKey(KEY, { passphrase: 'é', label: '', cost: CHEAP });
  await expect(decryptKey(text, 'e\u0301')).rejects.toMatchObject({ code: 'wrong_passphrase' });
});

test('a wrong passphrase says so, and quotes none', async () => {
  const text = await encryptKey(KEY, { passphrase: PASSPHRASE, label: '', cost: CHEAP });
  for (const passphrase of ['', 'testpassworD', `${PASSPHRASE} `, 'secret']) {
    await expect(decryptKey(text, passphrase)).rejects.toEqual(
      new KeystoreError(
        'wrong_passphrase',
        'The passphrase does not open this key file, or the file was changed',
      ),
    );
  }
});

test.each([
  ['mac', { mac: flipped(PBKDF2_FILE.crypto.mac) }],
  ['ciphertext', { ciphertext: flipped(PBKDF2_FILE.crypto.ciphertext) }],
  ['salt', { kdfparams: { ...PBKDF2_FILE.crypto.kdfparams, salt: 'ae' } }],
  ['rounds', { kdfparams: { ...PBKDF2_FILE.crypto.kdfparams, c: 1 } }],
])('a file whose %s was changed does not open', async (_, part) => {
  const changed = { ...PBKDF2_FILE, crypto: { ...PBKDF2_FILE.crypto, ...part } };
  await expect(decryptKey(JSON.stringify(changed), PASSPHRASE)).rejects.toMatchObject({
    code: 'wrong_passphrase',
  });
});

test('a file whose iv was changed, which no mac covers, is caught by its address', async () => {
  const iv = flipped(PBKDF2_FILE.crypto.cipherparams.iv);
  const changed = {
    ...PBKDF2_FILE,
    address: ADDRESS,
    crypto: { ...PBKDF2_FILE.crypto, cipherparams: { iv } },
  };
  await expect(decryptKey(JSON.stringify(changed), PASSPHRASE)).rejects.toMatchObject({
    code: 'key_file_invalid',
  });
});

test.each([
  ['another address', { address: '11'.repeat(20) }],
  ['an address that is none', { address: 'me' }],
  ['an empty address', { address: null }],
  ['another version', { version: 1 }],
  ['a version in words', { version: '3' }],
  ['no crypto', { crypto: undefined }],
  ['crypto that is a list', { crypto: [] }],
])('a file with %s is refused', async (_, part) => {
  const text = JSON.stringify({ ...PBKDF2_FILE, ...part });
  await expect(decryptKey(text, PASSPHRASE)).rejects.toMatchObject({ code: 'key_file_invalid' });
});

test.each([
  ['another cipher', { cipher: 'aes-128-cbc' }],
  ['an iv of 15 bytes', { cipherparams: { iv: '00'.repeat(15) } }],
  ['a ciphertext of 31 bytes', { ciphertext: '00'.repeat(31) }],
  ['a mac that is no hex', { mac: 'zz'.repeat(32) }],
  ['no mac', { mac: undefined }],
  ['another kdf', { kdf: 'argon2id' }],
  ['no kdf parameters', { kdfparams: null }],
])('a file with %s is refused', async (_, part) => {
  const text = JSON.stringify({ ...PBKDF2_FILE, crypto: { ...PBKDF2_FILE.crypto, ...part } });
  await expect(decryptKey(text, PASSPHRASE)).rejects.toMatchObject({ code: 'key_file_invalid' });
});

test.each([
  ['another prf', PBKDF2_FILE, { prf: 'hmac-sha1' }, 'key_file_invalid'],
  ['rounds of zero', PBKDF2_FILE, { c: 0 }, 'key_file_invalid'],
  ['rounds as text', PBKDF2_FILE, { c: '262144' }, 'key_file_invalid'],
  ['half rounds', PBKDF2_FILE, { c: 1.5 }, 'key_file_invalid'],
  ['ten million rounds and one', PBKDF2_FILE, { c: 10_000_001 }, 'key_file_too_costly'],
  ['a short derived key', PBKDF2_FILE, { dklen: 16 }, 'key_file_invalid'],
  ['a long derived key', PBKDF2_FILE, { dklen: 2 ** 31 }, 'key_file_invalid'],
  ['a long salt', PBKDF2_FILE, { salt: '00'.repeat(1025) }, 'key_file_invalid'],
  ['half a byte of salt', PBKDF2_FILE, { salt: '0' }, 'key_file_invalid'],
  ['n no power of 2', SCRYPT_FILE, { n: 262143 }, 'key_file_invalid'],
  ['n of 1', SCRYPT_FILE, { n: 1 }, 'key_file_invalid'],
  ['negative n', SCRYPT_FILE, { n: -2 }, 'key_file_invalid'],
  ['r of zero', SCRYPT_FILE, { r: 0 }, 'key_file_invalid'],
  ['no p', SCRYPT_FILE, { p: undefined }, 'key_file_invalid'],
  ['a gigabyte of memory', SCRYPT_FILE, { n: 2 ** 20, r: 8, p: 1 }, 'key_file_too_costly'],
  ['an hour of time', SCRYPT_FILE, { n: 2 ** 14, r: 8, p: 1024 }, 'key_file_too_costly'],
  ['a huge n', SCRYPT_FILE, { n: 2 ** 52 }, 'key_file_too_costly'],
  ['a huge r', SCRYPT_FILE, { n: 2, r: 2 ** 40, p: 1 }, 'key_file_too_costly'],
  ['a huge p', SCRYPT_FILE, { n: 2, r: 1, p: 2 ** 50 }, 'key_file_too_costly'],
])('a file that asks for %s is refused before any work', async (_, file, part, code) => {
  const kdfparams = { ...file.crypto.kdfparams, ...part };
  const text = JSON.stringify({ ...file, crypto: { ...file.crypto, kdfparams } });
  await expect(decryptKey(text, PASSPHRASE)).rejects.toMatchObject({ code });
});

test.each(['', '{', 'null', '[]', '3', '"key"'])('text that is no key file is refused: %s', async (text) => {
  await expect(decryptKey(text, PASSPHRASE)).rejects.toMatchObject({ code: 'key_file_invalid' });
});

test('other scrypt costs are read', async () => {
  for (const cost of [
    { n: 4096, r: 8, p: 6 },
    { n: 2, r: 1, p: 1 },
    { n: 8192, r: 8, p: 1 },
  ]) {
    const text = await encryptKey(KEY, { passphrase: PASSPHRASE, label: '', cost });
    expect((await decryptKey(text, PASSPHRASE)).address).toBe(ADDRESS);
  }
});

test('an empty passphrase, an overlong label and a key off the curve are misuse', async () => {
  const options = { passphrase: PASSPHRASE, label: '', cost: CHEAP };
  await expect(encryptKey(KEY, { ...options, passphrase: '' })).rejects.toThrow(TypeError);
  await expect(encryptKey(KEY, { ...options, label: 'x'.repeat(201) })).rejects.toThrow(RangeError);
  await expect(encryptKey(new Uint8Array(32), options)).rejects.toThrow(RangeError);
  await expect(encryptKey(KEY.subarray(1), options)).rejects.toThrow(TypeError);
});

test('a new key file is for its owner only, opens, and leaves nothing beside it', async () => {
  const path = join(folder, 'spending.json');
  const created = await createKeyFile(path, { passphrase: PASSPHRASE, label: 'Spending', cost: CHEAP });
  const opened = await openKeyFile(path, PASSPHRASE);
  expect({ address: opened.address, label: opened.label }).toEqual({ ...created, label: 'Spending' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['spending.json']);
  expect(await readFile(path, 'utf8')).not.toContain(Buffer.from(opened.privateKey).toString('hex'));
});

test('a key that is handed in is the one kept, and stays the caller’s', async () => {
  const path = join(folder, 'spending.json');
  const privateKey = Uint8Array.from(KEY);
  const options = { privateKey, passphrase: PASSPHRASE, label: '', cost: CHEAP };
  expect(await createKeyFile(path, options)).toEqual({ address: ADDRESS });
  expect(privateKey).toEqual(KEY);
  expect(toHex((await openKeyFile(path, PASSPHRASE)).privateKey)).toBe(`0x${PRIVATE_KEY}`);
});

test('two new files hold two keys', async () => {
  const options = { passphrase: PASSPHRASE, label: '', cost: CHEAP };
  const a = await createKeyFile(join(folder, 'a.json'), options);
  const b = await createKeyFile(join(folder, 'b.json'), options);
  expect(a.address).not.toBe(b.address);
});

test('a file that is there is never overwritten, whatever it is', async () => {
  const options = { passphrase: PASSPHRASE, label: '', cost: CHEAP };
  await writeFile(join(folder, 'taken.json'), 'precious');
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling.json'));
  for (const name of ['taken.json', 'dangling.json']) {
    const path = join(folder, name);
    await expect(createKeyFile(path, options)).rejects.toMatchObject({
      code: 'key_file_exists',
      message: `Key file "${path}" exists and is left as it is`,
    });
  }
  expect(await readFile(join(folder, 'taken.json'), 'utf8')).toBe('precious');
  expect(await readdir(folder)).toEqual(['dangling.json', 'taken.json']);
});

test('of two that write one file at once, one wins and its key is the one kept', async () => {
  const path = join(folder, 'spending.json');
  const options = { passphrase: PASSPHRASE, label: '', cost: CHEAP };
  const results = await Promise.allSettled([createKeyFile(path, options), createKeyFile(path, options)]);
  const [winner] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const [loser] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(loser).toMatchObject({ code: 'key_file_exists' });
  expect((await openKeyFile(path, PASSPHRASE)).address).toBe(winner?.address);
  expect(await readdir(folder)).toEqual(['spending.json']);
});

test('a file that cannot be written is a plain error of the system, and leaves nothing', async () => {
  const options = { passphrase: PASSPHRASE, label: '', cost: CHEAP };
  await expect(createKeyFile(join(folder, 'none', 'a.json'), options)).rejects.toMatchObject({
    code: 'ENOENT',
  });
  expect(await readdir(folder)).toEqual([]);
});

test('a file that is missing, a folder or far too long is not opened', async () => {
  const path = join(folder, 'missing.json');
  await expect(openKeyFile(path, PASSPHRASE)).rejects.toMatchObject({
    code: 'key_file_unreadable',
    message: `Key file "${path}" cannot be read`,
    cause: { code: 'ENOENT' },
  });
  await expect(openKeyFile(folder, PASSPHRASE)).rejects.toMatchObject({ code: 'key_file_unreadable' });
  await writeFile(path, ' '.repeat(65 * 1024));
  await expect(openKeyFile(path, PASSPHRASE)).rejects.toMatchObject({ code: 'key_file_invalid' });
});

test('deriving a key leaves the process free to answer others', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await encryptKey(KEY, { passphrase: PASSPHRASE, label: '' });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});

function flipped(hex: string): string {
  return `${hex.startsWith('0') ? '1' : '0'}${hex.slice(1)}`;
}
