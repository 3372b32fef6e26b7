import { randomBytes } from 'node:crypto';
import {
  type Address,
  concat,
  createWalletClient,
  defineChain,
  domainSeparator,
  type Hex,
  hexToBigInt,
  http,
  parseAbi,
  parseEventLogs,
  parseSignature,
  publicActions,
  slice,
  toHex,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Chain, startChain } from './chain.ts';

const abi = parseAbi([
  'function name() view returns (string)',
  'function symbol() view returns (string)',
  'function version() view returns (string)',
  'function decimals() view returns (uint8)',
  'function totalSupply() view returns (uint256)',
  'function balanceOf(address account) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function transfer(address to, uint256 value) returns (bool)',
  'function transferFrom(address from, address to, uint256 value) returns (bool)',
  'function approve(address spender, uint256 value) returns (bool)',
  'function mint(address to, uint256 amount) returns (bool)',
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
  'function TRANSFER_WITH_AUTHORIZATION_TYPEHASH() view returns (bytes32)',
  'function RECEIVE_WITH_AUTHORIZATION_TYPEHASH() view returns (bytes32)',
  'function CANCEL_AUTHORIZATION_TYPEHASH() view returns (bytes32)',
  'function authorizationState(address authorizer, bytes32 nonce) view returns (bool)',
  'function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
  'function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)',
  'function receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
  'function receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)',
  'function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
  'function cancelAuthorization(address authorizer, bytes32 nonce, bytes signature)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)',
  'event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce)',
]);

const transferFields = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'validAfter', type: 'uint256' },
  { name: 'validBefore', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
] as const;
const types = {
  TransferWithAuthorization: transferFields,
  ReceiveWithAuthorization: transferFields,
  CancelAuthorization: [
    { name: 'authorizer', type: 'address' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const;

let chain: Chain;
beforeAll(async () => {
  chain = await startChain({ mining: 'manual' });
});
afterAll(() => chain.stop());

type Account = ReturnType<typeof newAccount>;
type Parties = Awaited<ReturnType<typeof newParties>>;

function newAccount() {
  return privateKeyToAccount(generatePrivateKey());
}

/** A client that sends as this account, with gas to spend and without trying a call before it sends it. */
async function clientOf(account: Account) {
  await chain.fundGas(account.address);
  const { chainId: id, rpcUrl } = chain;
  const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 };
  const viemChain = defineChain({
    id,
    name: 'test',
    nativeCurrency,
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const client = createWalletClient({ account, chain: viemChain, transport: http(), cacheTime: 0 });
  return client.extend(publicActions);
}

/**
 * A payer with 100 USDC, a payee, a relayer who sends the transactions, and a transfer of 25 USDC to sign.
 */
async function newParties(token: Address = chain.usdc) {
  const [payer, payee, relayer] = [newAccount(), newAccount(), await clientOf(newAccount())];
  await chain.mint(payer.address, 100_000_000n, token);
  const { timestamp } = await relayer.getBlock();
  const domain = { name: 'USD Coin', version: '2', chainId: chain.chainId, verifyingContract: token };
  const message = {
    from: payer.address,
    to: payee.address,
    value: 25_000_000n,
    validAfter: timestamp - 60n,
    validBefore: timestamp + 3600n,
    nonce: toHex(randomBytes(32)),
  };
  return { payer, payee, relayer, domain, message, token: { address: token, abi } as const };
}

function sign({ payer, domain, message }: Parties, primaryType: keyof typeof types): Promise<Hex> {
  const toSign = { domain, types, primaryType, message: { ...message, authorizer: payer.address } };
  return payer.signTypedData(toSign as never);
}

/** The arguments of a transfer or receipt, ending in the signature as bytes. */
function toArgs({ message: m }: Parties, signature: Hex) {
  return [m.from, m.to, m.value, m.validAfter, m.validBefore, m.nonce, signature] as const;
}

async function transferOf(parties: Parties) {
  const args = toArgs(parties, await sign(parties, 'TransferWithAuthorization'));
  return { ...parties.token, functionName: 'transferWithAuthorization', args, gas: 200_000n } as const;
}

/** What payer and payee hold. */
async function balances({ payer, payee, relayer, token }: Parties) {
  const read = ({ address }: Account) =>
    relayer.readContract({ ...token, functionName: 'balanceOf', args: [address] });
  return { payer: await read(payer), payee: await read(payee) };
}

function isNonceUsed({ message, relayer, token }: Parties): Promise<boolean> {
  return relayer.readContract({
    ...token,
    functionName: 'authorizationState',
    args: [message.from, message.nonce],
  });
}

/** Mines the transaction that was sent; how it ended and what it logged. */
async function mined({ relayer }: Parties, hash: Hex) {
  await chain.mine();
  const { status, logs } = await relayer.getTransactionReceipt({ hash });
  return { status, logs: parseEventLogs({ abi, logs }).map(({ eventName, args }) => ({ eventName, args })) };
}

/** Why the token refuses the call, or 'accepted'; nothing is sent. */
function verdict(simulation: Promise<unknown>): Promise<string | undefined> {
  const reason = (error: Error) => /(FiatToken|ERC20|ECRecover).*/.exec(error.message)?.[0];
  return simulation.then(() => 'accepted', reason);
}

const secp256k1Order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const unpaid = { payer: 100_000_000n, payee: 0n };
const paid = { payer: 75_000_000n, payee: 25_000_000n };
const reverted = { status: 'reverted', logs: [] };

test('the token has the names, decimals, domain and type hashes of USDC', async () => {
  const { relayer, domain, token } = await newParties();
  expect([
    await relayer.readContract({ ...token, functionName: 'name' }),
    await relayer.readContract({ ...token, functionName: 'symbol' }),
    await relayer.readContract({ ...token, functionName: 'version' }),
    await relayer.readContract({ ...token, functionName: 'decimals' }),
    await relayer.readContract({ ...token, functionName: 'DOMAIN_SEPARATOR' }),
    await relayer.readContract({ ...token, functionName: 'TRANSFER_WITH_AUTHORIZATION_TYPEHASH' }),
    await relayer.readContract({ ...token, functionName: 'RECEIVE_WITH_AUTHORIZATION_TYPEHASH' }),
    await relayer.readContract({ ...token, functionName: 'CANCEL_AUTHORIZATION_TYPEHASH' }),
  ]).toStrictEqual([
    'USD Coin',
    'USDC',
    '2',
    6,
    domainSeparator({ domain }),
    '0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267',
    '0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8',
    '0x158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429',
  ]);
});

test('an authorization signed by the payer moves the money, AuthorizationUsed before Transfer', async () => {
  const parties = await newParties();
  const { payer, payee, relayer, message } = parties;
  expect(await isNonceUsed(parties)).toBe(false);
  expect(await mined(parties, await relayer.writeContract(await transferOf(parties)))).toStrictEqual({
    status: 'success',
    logs: [
      { eventName: 'AuthorizationUsed', args: { authorizer: payer.address, nonce: message.nonce } },
      { eventName: 'Transfer', args: { from: payer.address, to: payee.address, value: 25_000_000n } },
    ],
  });
  expect(await balances(parties)).toStrictEqual(paid);
  expect(await isNonceUsed(parties)).toBe(true);
});

test('the signature may also come as v, r and s', async () => {
  const parties = await newParties();
  const { r, s, yParity } = parseSignature(await sign(parties, 'TransferWithAuthorization'));
  const { from, to, value, validAfter, validBefore, nonce } = parties.message;
  const args = [from, to, value, validAfter, validBefore, nonce, 27 + yParity, r, s] as const;
  const call = { ...parties.token, functionName: 'transferWithAuthorization', args } as const;
  expect(await mined(parties, await parties.relayer.writeContract(call))).toMatchObject({
    status: 'success',
  });
  expect(await balances(parties)).toStrictEqual(paid);
});

test('a nonce works once: the second time it reverts and nothing moves', async () => {
  const parties = await newParties();
  const transfer = await transferOf(parties);
  await mined(parties, await parties.relayer.writeContract(transfer));
  expect(await mined(parties, await parties.relayer.writeContract(transfer))).toStrictEqual(reverted);
  const reason = 'FiatTokenV2: authorization is used or canceled';
  expect(await verdict(parties.relayer.simulateContract(transfer))).toBe(reason);
  expect(await balances(parties)).toStrictEqual(paid);
});

test.each([
  { seconds: 'validAfter', offset: 0, end: 'reverted', left: unpaid },
  { seconds: 'validAfter', offset: 1, end: 'success', left: paid },
  { seconds: 'validBefore', offset: -1, end: 'success', left: paid },
  { seconds: 'validBefore', offset: 0, end: 'reverted', left: unpaid },
] as const)('a block at $seconds + $offset seconds: $end', async ({ seconds, offset, end, left }) => {
  const parties = await newParties();
  const start = parties.message.validBefore;
  const message = { ...parties.message, validAfter: start + 100n, validBefore: start + 200n };
  const hash = await parties.relayer.writeContract(await transferOf({ ...parties, message }));
  await chain.setNextTimestamp(Number(message[seconds]) + offset);
  expect(await mined(parties, hash)).toMatchObject({ status: end });
  expect(await balances(parties)).toStrictEqual(left);
});

test('an authorization out of time, changed, of another domain or too large is refused', async () => {
  const parties = await newParties();
  const { message, domain, relayer, token } = parties;
  const attempt = async (signed: object, sent: object = {}, name = domain.name) => {
    const signer = { ...parties, domain: { ...domain, name }, message: { ...message, ...signed } };
    const signature = await sign(signer, 'TransferWithAuthorization');
    const args = toArgs({ ...signer, message: { ...signer.message, ...sent } }, signature);
    return verdict(relayer.simulateContract({ ...token, functionName: 'transferWithAuthorization', args }));
  };
  const { validAfter: past, validBefore: future } = message;
  expect(await attempt({})).toBe('accepted');
  expect(await attempt({ validBefore: past })).toBe('FiatTokenV2: authorization is expired');
  expect(await attempt({ validAfter: future })).toBe('FiatTokenV2: authorization is not yet valid');
  expect(await attempt({}, { value: 26_000_000n })).toBe('FiatTokenV2: invalid signature');
  expect(await attempt({}, { to: relayer.account.address })).toBe('FiatTokenV2: invalid signature');
  expect(await attempt({}, {}, 'USDC')).toBe('FiatTokenV2: invalid signature');
  expect(await attempt({ value: 100_000_001n })).toBe('ERC20: transfer amount exceeds balance');
});

test('of the forms of one signature only the canonical one is accepted', async () => {
  const parties = await newParties();
  const signature = await sign(parties, 'TransferWithAuthorization');
  const [r, s, v] = [slice(signature, 0, 32), slice(signature, 32, 64), slice(signature, 64, 65)];
  const otherS = toHex(secp256k1Order - hexToBigInt(s), { size: 32 });
  const otherV = v === '0x1b' ? '0x1c' : '0x1b';
  const attempt = (form: Hex) => {
    const call = {
      ...parties.token,
      functionName: 'transferWithAuthorization',
      args: toArgs(parties, form),
    } as const;
    return verdict(parties.relayer.simulateContract(call));
  };
  expect(await attempt(concat([r, s, v]))).toBe('accepted');
  expect(await attempt(concat([r, otherS, otherV]))).toBe("ECRecover: invalid signature 's' value");
  expect(await attempt(concat([r, s, '0x00']))).toBe("ECRecover: invalid signature 'v' value");
  expect(await attempt(concat([r, s]))).toBe('ECRecover: invalid signature length');
  expect(await attempt(concat([toHex(0, { size: 32 }), s, v]))).toBe('ECRecover: invalid signature');
});

test('receiveWithAuthorization works for the payee and for nobody else, in both forms', async () => {
  const parties = await newParties();
  const [payee, relayer] = [await clientOf(parties.payee), parties.relayer];
  const signature = await sign(parties, 'ReceiveWithAuthorization');
  const [from, to, value, validAfter, validBefore, nonce] = toArgs(parties, signature);
  const { r, s, yParity } = parseSignature(signature);
  const vrs = [from, to, value, validAfter, validBefore, nonce, 27 + yParity, r, s] as const;
  const receive = { ...parties.token, functionName: 'receiveWithAuthorization' } as const;
  const [asBytes, asVrs] = [
    { ...receive, args: toArgs(parties, signature) },
    { ...receive, args: vrs },
  ];

  const onlyPayee = 'FiatTokenV2: caller must be the payee';
  expect(await verdict(relayer.simulateContract(asBytes))).toBe(onlyPayee);
  expect(await verdict(relayer.simulateContract(asVrs))).toBe(onlyPayee);
  expect(await verdict(payee.simulateContract(asVrs))).toBe('accepted');
  expect(await mined(parties, await payee.writeContract(asBytes))).toMatchObject({ status: 'success' });
  expect(await balances(parties)).toStrictEqual(paid);
});

test('a canceled nonce pays no more, and a used one cannot be canceled', async () => {
  const parties = await newParties();
  const { payer, relayer, message, token } = parties;
  const cancel = await sign(parties, 'CancelAuthorization');
  const call = {
    ...token,
    functionName: 'cancelAuthorization',
    args: [payer.address, message.nonce, cancel],
  } as const;
  expect(await mined(parties, await relayer.writeContract(call))).toStrictEqual({
    status: 'success',
    logs: [{ eventName: 'AuthorizationCanceled', args: { authorizer: payer.address, nonce: message.nonce } }],
  });
  const used = 'FiatTokenV2: authorization is used or canceled';
  expect(await verdict(relayer.simulateContract(await transferOf(parties)))).toBe(used);
  expect(await verdict(relayer.simulateContract(call))).toBe(used);

  const other = { ...parties, message: { ...message, nonce: toHex(randomBytes(32)) } };
  const { r, s, yParity } = parseSignature(await sign(other, 'CancelAuthorization'));
  const args = [payer.address, other.message.nonce, 27 + yParity, r, s] as const;
  const asVrs = { ...token, functionName: 'cancelAuthorization', args } as const;
  expect(await verdict(relayer.simulateContract(asVrs))).toBe('accepted');
  await mined(other, await relayer.writeContract(await transferOf(other)));
  expect(await verdict(relayer.simulateContract(asVrs))).toBe(used);
  expect(await balances(parties)).toStrictEqual(paid);
});

test('plain ERC-20 transfers work, up to the balance and the allowance; only the deployer mints', async () => {
  const parties = await newParties();
  const { payee, relayer, token } = parties;
  const payer = await clientOf(parties.payer);
  const [me, spender] = [payer.account.address, relayer.account.address];
  await mined(
    parties,
    await payer.writeContract({ ...token, functionName: 'transfer', args: [payee.address, 20_000_000n] }),
  );
  await mined(
    parties,
    await payer.writeContract({ ...token, functionName: 'approve', args: [spender, 5_000_000n] }),
  );
  const spend = (value: bigint) =>
    ({ ...token, functionName: 'transferFrom', args: [me, payee.address, value] }) as const;
  const tooMuch = 'ERC20: transfer amount exceeds allowance';
  expect(await verdict(relayer.simulateContract(spend(5_000_001n)))).toBe(tooMuch);
  await mined(parties, await relayer.writeContract(spend(5_000_000n)));
  expect(await verdict(relayer.simulateContract(spend(1n)))).toBe(tooMuch);
  expect(await balances(parties)).toStrictEqual(paid);

  const mint = { ...token, functionName: 'mint', args: [spender, 1n] } as const;
  expect(await verdict(relayer.simulateContract(mint))).toBe('FiatToken: caller is not a minter');
});

test('the quirk token succeeds with a reused nonce, says AuthorizationUsed again, and moves nothing', async () => {
  const parties = await newParties(await chain.deploy('QuirkToken'));
  const { payer, payee, relayer, message } = parties;
  const transfer = await transferOf(parties);
  const used = { eventName: 'AuthorizationUsed', args: { authorizer: payer.address, nonce: message.nonce } };
  const moved = {
    eventName: 'Transfer',
    args: { from: payer.address, to: payee.address, value: 25_000_000n },
  };
  const first = await mined(parties, await relayer.writeContract(transfer));
  expect(first).toStrictEqual({ status: 'success', logs: [used, moved] });
  const second = await mined(parties, await relayer.writeContract(transfer));
  expect(second).toStrictEqual({ status: 'success', logs: [used] });
  expect(await balances(parties)).toStrictEqual(paid);
});
