import { DatabaseSync } from 'node:sqlite';
import { type Hex, recoverTypedDataAddress } from 'viem';
import { dataDirectory } from '../src/serve/directory.ts';
import type { World } from './world.ts';

const TYPES = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const;

type Authorization = {
  readonly from: Hex;
  readonly to: Hex;
  readonly value: string;
  readonly validAfter: string;
  readonly validBefore: string;
  readonly nonce: Hex;
};

/** Throws unless the payment in an answer is signed by the wallet for the token asked for. viem judges, not our code. */
export async function checkAnswer(world: World, body: string): Promise<void> {
  const { header } = JSON.parse(body) as { header: { value: string } };
  const { payload } = JSON.parse(Buffer.from(header.value, 'base64').toString('utf8')) as {
    payload: { signature: Hex; authorization: Authorization };
  };
  const { value, validAfter, validBefore, ...rest } = payload.authorization;
  const signer = await recoverTypedDataAddress({
    domain: { name: 'USD Coin', version: '2', chainId: world.chainId, verifyingContract: world.token },
    types: TYPES,
    primaryType: 'TransferWithAuthorization',
    message: {
      ...rest,
      value: BigInt(value),
      validAfter: BigInt(validAfter),
      validBefore: BigInt(validBefore),
    },
    signature: payload.signature,
  });
  if (signer.toLowerCase() !== world.paymentAddress)
    throw new Error(`Signed by ${signer}, not by the wallet: ${body}`);
}

/**
 * Throws unless the books, read from the file after the server has ended, hold exactly so many authorized payments:
 * each with its own nonce, a hold in the ledger and an audit entry, and the mandate with that many times the price.
 */
export function checkBooks(world: World, authorized: number): void {
  const db = new DatabaseSync(dataDirectory(world.directory).database, { readOnly: true });
  const one = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
  try {
    const released = one("select count(*) from payment where state = 'released'");
    const price = one("select body ->> '$.offer.priceUnits' from payment limit 1");
    const found = {
      payments: one("select count(*) from payment where state in ('reserved', 'released')"),
      nonces: one('select count(distinct nonce) from payment'),
      holds: one("select count(*) from transfer where kind = 'pending'"),
      entries: one("select count(*) from entry where kind = 'payment.reserved'"),
      reservedUnits: one("select reserved_units from counter where window = 'total'"),
    };
    const expected = {
      payments: authorized,
      nonces: authorized,
      holds: authorized,
      entries: authorized,
      reservedUnits: price * (authorized - released),
    };
    const [is, shouldBe] = [JSON.stringify(found), JSON.stringify(expected)];
    if (is !== shouldBe) throw new Error(`The books hold ${is}, not ${shouldBe}`);
  } finally {
    db.close();
  }
}
