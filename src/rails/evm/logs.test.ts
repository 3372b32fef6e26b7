import { expect, test } from 'vitest';
import { type Address, assetId } from '../../core/asset.ts';
import { AUTHORIZATION_USED, decode, inOrder, netUnits, pair, type TokenLog, TRANSFER } from './logs.ts';

const ME = '0x00000000000000000000000000000000000000aa';
const PAYEE = '0x00000000000000000000000000000000000000bb';
const OTHER = '0x00000000000000000000000000000000000000cc';
const USDC = assetId('eip155:31337', '0x0000000000000000000000000000000000000001');
const EURC = assetId('eip155:31337', '0x0000000000000000000000000000000000000002');
const NONCES = ['0x01', '0x02', '0x03'] as const;

/** `used 1`: ME's first nonce is used; `ME>PAYEE 5`: a transfer. Behind it `EURC` for the other token, `tx2` too. */
function log(words: string, logIndex: number): TokenLog {
  const names: Record<string, `0x${string}`> = { ME, PAYEE, OTHER };
  const [head = '', amount = '', ...rest] = words.split(' ');
  const place = {
    assetId: rest.includes('EURC') ? EURC : USDC,
    txHash: rest.includes('tx2') ? '0xt2' : '0xt1',
    logIndex,
    blockNumber: 7,
    blockHash: '0xb7',
  };
  const nonce = NONCES[Number.parseInt(amount, 10) - 1] ?? '0x00';
  if (head === 'used') return { ...place, event: 'authorization_used', authorizer: ME, nonce };
  if (head === 'otherUsed') return { ...place, event: 'authorization_used', authorizer: OTHER, nonce };
  const [from = '', to = ''] = head.split('>').map((name) => names[name] ?? '0x');
  return { ...place, event: 'transfer', from: from as never, to: to as never, valueUnits: BigInt(amount) };
}

/** What was found, as words: who got how much, by which nonce, or from whom it came. */
function found(logs: readonly string[], payers: readonly Address[] = []) {
  const { out, in: incoming } = pair(logs.map(log), ME, payers);
  const name = (address: string) => ({ [ME]: 'ME', [PAYEE]: 'PAYEE', [OTHER]: 'OTHER' })[address];
  return [
    ...out.map((log) => `out ${name(log.to)} ${log.valueUnits} by ${log.nonce} at ${log.logIndex}`),
    ...incoming.map(({ from, valueUnits, nonce, logIndex }) => {
      const by = nonce === undefined ? '' : ` by ${nonce}`;
      return `in ${name(from)} ${valueUnits}${by} at ${logIndex}`;
    }),
  ];
}

test.each([
  ['one settlement', ['used 1', 'ME>PAYEE 5'], ['out PAYEE 5 by 0x01 at 1']],
  [
    'two settlements in one transaction',
    ['used 1', 'ME>PAYEE 5', 'used 2', 'ME>OTHER 6'],
    ['out PAYEE 5 by 0x01 at 1', 'out OTHER 6 by 0x02 at 3'],
  ],
  ['a nonce used again without a transfer', ['used 1'], []],
  ['a nonce used again, then a settlement', ['used 1', 'used 2', 'ME>PAYEE 5'], ['out PAYEE 5 by 0x02 at 2']],
  [
    'a settlement, then its nonce used again and a plain transfer of another transaction',
    ['used 1', 'ME>PAYEE 5', 'used 1', 'ME>PAYEE 5 tx2'],
    ['out PAYEE 5 by 0x01 at 1', 'out PAYEE 5 by null at 3'],
  ],
  ['a transfer of another transaction', ['used 1', 'ME>PAYEE 5 tx2'], ['out PAYEE 5 by null at 1']],
  ['a transfer of another token', ['used 1', 'ME>PAYEE 5 EURC'], ['out PAYEE 5 by null at 1']],
  [
    'two tokens at once',
    ['used 1', 'used 2 EURC', 'ME>PAYEE 5', 'ME>PAYEE 6 EURC'],
    ['out PAYEE 5 by 0x01 at 2', 'out PAYEE 6 by 0x02 at 3'],
  ],
  ['a transfer before the use', ['ME>PAYEE 5', 'used 1'], ['out PAYEE 5 by null at 0']],
  [
    'one use and two transfers',
    ['used 1', 'ME>PAYEE 5', 'ME>PAYEE 6'],
    ['out PAYEE 5 by 0x01 at 1', 'out PAYEE 6 by null at 2'],
  ],
  ['a plain transfer out', ['ME>PAYEE 5'], ['out PAYEE 5 by null at 0']],
  ['an authorization of somebody else', ['otherUsed 1', 'ME>PAYEE 5'], ['out PAYEE 5 by null at 1']],
  [
    'a transfer in between that is not ours',
    ['used 1', 'OTHER>ME 9', 'ME>PAYEE 5'],
    ['out PAYEE 5 by 0x01 at 2', 'in OTHER 9 at 1'],
  ],
  ['a deposit', ['OTHER>ME 9'], ['in OTHER 9 at 0']],
  ['a settlement to oneself', ['used 1', 'ME>ME 5'], ['out ME 5 by 0x01 at 1', 'in ME 5 at 1']],
  ['transfers of nothing', ['ME>OTHER 0', 'OTHER>ME 0', 'ME>ME 0'], []],
  ['an authorization over nothing', ['used 1', 'ME>PAYEE 0', 'ME>PAYEE 5'], ['out PAYEE 5 by null at 2']],
])('%s is paired right', (_, logs, expected) => {
  expect(found(logs)).toStrictEqual(expected);
});

test.each([
  ['one payback', ['otherUsed 1', 'OTHER>ME 9'], ['in OTHER 9 by 0x01 at 1']],
  [
    'two paybacks in one transaction',
    ['otherUsed 1', 'OTHER>ME 9', 'otherUsed 2', 'OTHER>ME 8'],
    ['in OTHER 9 by 0x01 at 1', 'in OTHER 8 by 0x02 at 3'],
  ],
  ['a payback to somebody else', ['otherUsed 1', 'OTHER>PAYEE 9'], []],
  [
    'a payback to somebody else, then a plain transfer to us',
    ['otherUsed 1', 'OTHER>PAYEE 9', 'OTHER>ME 8'],
    ['in OTHER 8 at 2'],
  ],
  ['a plain transfer', ['OTHER>ME 9'], ['in OTHER 9 at 0']],
  ['a transfer before the use', ['OTHER>ME 9', 'otherUsed 1'], ['in OTHER 9 at 0']],
  [
    'a nonce used again, then a payback',
    ['otherUsed 1', 'otherUsed 2', 'OTHER>ME 9'],
    ['in OTHER 9 by 0x02 at 2'],
  ],
  ['a transfer of another transaction', ['otherUsed 1', 'OTHER>ME 9 tx2'], ['in OTHER 9 at 1']],
  ['a transfer of another token', ['otherUsed 1', 'OTHER>ME 9 EURC'], ['in OTHER 9 at 1']],
  ['a transfer from somebody else', ['otherUsed 1', 'PAYEE>ME 9'], ['in PAYEE 9 at 1']],
  [
    'our own authorization',
    ['used 1', 'OTHER>ME 9', 'ME>ME 5'],
    ['out ME 5 by 0x01 at 2', 'in OTHER 9 at 1', 'in ME 5 at 2'],
  ],
  [
    'our own payment and a payback at once',
    ['used 1', 'otherUsed 2', 'OTHER>ME 9', 'ME>PAYEE 5'],
    ['out PAYEE 5 by 0x01 at 3', 'in OTHER 9 by 0x02 at 2'],
  ],
  ['an authorization over nothing', ['otherUsed 1', 'OTHER>ME 0', 'OTHER>ME 5'], ['in OTHER 5 at 2']],
])('%s of a payer is paired right', (_, logs, expected) => {
  expect(found(logs, [OTHER])).toStrictEqual(expected);
});

test('who is no payer sends without a nonce', () => {
  expect(found(['otherUsed 1', 'OTHER>ME 9'], [PAYEE])).toStrictEqual(['in OTHER 9 at 1']);
});

test('the net of an activity counts each asset by itself, and a transfer to oneself as nothing', () => {
  const activity = pair(['OTHER>ME 9', 'ME>PAYEE 5', 'ME>ME 3', 'ME>PAYEE 7 EURC'].map(log), ME);
  expect([netUnits(activity, USDC), netUnits(activity, EURC)]).toStrictEqual([4n, -7n]);
});

const word = (end: string) => `0x${end.padStart(64, '0')}`;
const RAW = {
  address: '0x0000000000000000000000000000000000000001',
  topics: [TRANSFER, word('aa'), word('bb')],
  data: word('f'),
  transactionHash: word('1'),
  logIndex: '0x2',
  blockNumber: '0x10',
  blockHash: word('A'),
  removed: false,
};
const IDS = new Map([['0x0000000000000000000000000000000000000001', USDC]]);
const PLACE = { assetId: USDC, txHash: word('1'), logIndex: 2, blockNumber: 16, blockHash: word('a') };

test('a transfer and a used authorization are decoded whole', () => {
  expect(decode(RAW, IDS)).toStrictEqual({
    ...PLACE,
    event: 'transfer',
    from: ME,
    to: PAYEE,
    valueUnits: 15n,
  });
  const used = { ...RAW, topics: [AUTHORIZATION_USED, word('aa'), word('1f')], data: '0x' };
  expect(decode(used, IDS)).toStrictEqual({
    ...PLACE,
    event: 'authorization_used',
    authorizer: ME,
    nonce: word('1f'),
  });
});

test('a log that a reorg removed is passed over', () => {
  expect(decode({ ...RAW, removed: true }, IDS)).toBeNull();
});

test.each([
  ['of another token', { address: '0x0000000000000000000000000000000000000002' }],
  ['of another event', { topics: [word('5'), word('aa'), word('bb')] }],
  ['without its topics', { topics: [TRANSFER] }],
  ['with a topic too many', { topics: [...RAW.topics, word('1')] }],
  ['with a topic that is no address', { topics: [TRANSFER, word('aa'), `0x${'f'.repeat(64)}`] }],
  ['without an amount', { data: '0x' }],
  ['with two amounts', { data: `${word('f')}${word('f').slice(2)}` }],
  ['of a pending block', { blockNumber: null, blockHash: null }],
  ['with an index beyond what a number can say', { logIndex: '0xffffffffffffffff' }],
])('a log %s is refused', (_, change) => {
  expect(() => decode({ ...RAW, ...change }, IDS)).toThrow(
    expect.objectContaining({ code: 'node_answer_invalid' }),
  );
});

test('logs come in the order of the chain, each once; two hashes for one block number are no order', () => {
  const [first, second] = [log('used 1', 9), log('ME>ME 5', 10)] as const;
  const later = { ...log('ME>PAYEE 5', 0), blockNumber: 8, blockHash: '0xb8' };
  expect(inOrder([later, second, first, second])).toStrictEqual([first, second, later]);
  expect(inOrder([first, { ...second, blockHash: '0xb7-other' }])).toBeNull();
});
