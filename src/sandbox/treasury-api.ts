import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Address, AssetId } from '../core/asset.ts';
import type { Authorization } from '../core/payment.ts';
import { parseAddress } from '../protocol/address.ts';
import { type Hex, isHex } from '../protocol/hex.ts';
import {
  amountIn,
  type Fields,
  fieldsOf,
  momentIn,
  onlyFields,
  parseFields,
  textIn,
} from '../rails/card/sandbox-reader.ts';
import { isSame } from './issuer/vault.ts';
import type { PaybackOrder, Till, TillResult } from './treasury-till.ts';

/** What goes wrong on purpose. */
export type TreasuryFaults = {
  /** The next so many calls fail, and nothing was sent. */
  readonly failNext: (what: 'take' | 'payback', times: number) => void;
  /** The next so many calls do what they should, and their answer is lost. */
  readonly loseNext: (what: 'take' | 'payback', times: number) => void;
};

const BODY_BYTES_MAX = 64 * 1024;

/** The treasury's API: `POST /take` and `POST /payback`, with a bearer token. */
export function createTreasuryApi(of: { readonly till: Till; readonly token: string }): {
  readonly app: Hono;
  readonly faults: TreasuryFaults;
} {
  const { till, token } = of;
  const left = { fail: { take: 0, payback: 0 }, lose: { take: 0, payback: 0 } };
  const app = new Hono();
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => c.json({ detail: 'Too long' }, 413) }));
  app.use(async (c, next) => {
    if (isSame(c.req.header('authorization') ?? '', `Bearer ${token}`)) return next();
    return c.json({ detail: 'The token is not the one that was agreed on' }, 401);
  });
  app.onError((error, c) =>
    error instanceof TypeError
      ? c.json({ detail: error.message }, 400)
      : c.json({ detail: 'The chain could not be asked, or did not take the transaction' }, 503),
  );

  async function answer(c: Context, what: 'take' | 'payback', act: (body: Fields) => Promise<TillResult>) {
    const body = parseFields(await c.req.text());
    const isOut = () => c.json({ detail: 'The treasury is out of order' }, 503);
    if (left.fail[what] > 0) {
      left.fail[what] -= 1;
      return isOut();
    }
    const result = await act(body);
    if (left.lose[what] > 0) {
      left.lose[what] -= 1;
      return isOut();
    }
    return result.outcome === 'sent'
      ? c.json({ txHash: result.txHash })
      : c.json({ detail: result.detail }, 422);
  }

  app.post('/take', (c) =>
    answer(c, 'take', async (body) => {
      onlyFields(body, ['authorization', 'signature']);
      const authorization = authorizationIn(fieldsOf(body.authorization, 'an authorization'));
      return till.take(authorization, hexIn(body, 'signature', 65));
    }),
  );
  app.post('/payback', (c) =>
    answer(c, 'payback', async (body) => {
      onlyFields(body, ['payback']);
      return till.payBack(paybackIn(fieldsOf(body.payback, 'a payback')));
    }),
  );
  const faults: TreasuryFaults = {
    failNext(what, times) {
      left.fail[what] = times;
    },
    loseNext(what, times) {
      left.lose[what] = times;
    },
  };
  return { app, faults };
}

function authorizationIn(fields: Fields): Authorization {
  const read = {
    assetId: textIn(fields, 'assetId') as AssetId,
    from: addressIn(fields, 'from'),
    to: addressIn(fields, 'to'),
    valueUnits: amountIn(fields, 'valueUnits'),
    validAfterSeconds: momentIn(fields, 'validAfterSeconds'),
    validBeforeSeconds: momentIn(fields, 'validBeforeSeconds'),
    nonce: hexIn(fields, 'nonce', 32),
  };
  onlyFields(fields, Object.keys(read));
  return read;
}

function paybackIn(fields: Fields): PaybackOrder {
  const read = {
    id: textIn(fields, 'id'),
    cardId: textIn(fields, 'cardId'),
    assetId: textIn(fields, 'assetId'),
    amountUnits: amountIn(fields, 'amountUnits'),
    from: addressIn(fields, 'from'),
    to: addressIn(fields, 'to'),
    nonce: hexIn(fields, 'nonce', 32),
  };
  onlyFields(fields, Object.keys(read));
  return read;
}

function addressIn(fields: Fields, name: string): Address {
  const address = parseAddress(textIn(fields, name));
  if (address !== null) return address;
  throw new TypeError(`Expected an address as "${name}"`);
}

function hexIn(fields: Fields, name: string, bytes: number): Hex {
  const text = textIn(fields, name);
  if (isHex(text, bytes)) return text.toLowerCase() as Hex;
  throw new TypeError(`Expected ${bytes} bytes of hex as "${name}"`);
}
