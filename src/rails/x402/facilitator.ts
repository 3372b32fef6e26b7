import type { SettleResponse, SupportedKind, SupportedResponse, VerifyResponse } from '@x402/core/types';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Client } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Address, Network } from '../../core/asset.ts';
import type { Clock } from '../../core/ports.ts';
import { checksumAddress } from '../../protocol/address.ts';
import type { Hex } from '../../protocol/hex.ts';
import { decodeUtf8 } from '../../protocol/x402.ts';
import type { Registry } from '../evm/registry.ts';
import { assetLookup } from './asset-lookup.ts';
import { type ChainAccess, openChainAccess } from './chain-access.ts';
import { type Claim, type Fault, readClaim } from './claim.ts';
import { createSettler, type Settlement } from './settlement.ts';
import { checkOnChain, checkTerms, checkWindow } from './verification.ts';

/** What a facilitator runs on. Chains of the registry without a client are not served. */
export type FacilitatorOptions = {
  readonly clients: ReadonlyMap<Network, Client>;
  /** Pays the gas; it holds no customer's money. */
  readonly privateKey: Hex;
  readonly assets: Registry;
  readonly clock: Clock;
  /** How long a settlement waits for its transaction; below what the seller's own request waits. */
  readonly confirmMs?: number;
  readonly pollMs?: number;
};

const MAX_BODY_BYTES = 256 * 1024;
const MALFORMED: Fault = {
  reason: 'invalid_payload',
  message: 'The body must be a JSON object in UTF-8 with paymentPayload and paymentRequirements',
};

/**
 * An x402 facilitator, versions 1 and 2, scheme `exact` by EIP-3009 for payers that are plain keys: `POST /verify`,
 * `POST /settle` and `GET /supported` (x402 v2 §7). A seller asks `/verify` before it delivers: that refuses a
 * payment which was used, while `/settle` tells a repeated request once more what became of it.
 */
export function createFacilitator(options: FacilitatorOptions): Hono {
  const { clock, confirmMs = 60_000, pollMs = 250 } = options;
  const account = privateKeyToAccount(options.privateKey);
  const registered = options.assets.chains.filter(({ network }) => options.clients.has(network));
  const chains = new Map(
    Array.from(options.clients, ([network, client]): [Network, ChainAccess] => [
      network,
      openChainAccess(client, { chainId: Number.parseInt(network.slice('eip155:'.length), 10), account }),
    ]),
  );
  const inRegistry = assetLookup(options.assets);
  const lookup: typeof inRegistry = (network, token) => {
    const asset = inRegistry(network, token);
    return asset !== null && chains.has(asset.network) ? asset : null;
  };
  const chainOf = ({ asset }: Claim): ChainAccess => {
    const chain = chains.get(asset.network);
    if (chain === undefined) throw new TypeError(`There is no client for ${asset.network}`);
    return chain;
  };
  const settler = createSettler(chainOf, { clock, confirmMs, pollMs });

  const app = new Hono();
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.json({ error: 'body_too_large' }, 413) }));
  app.get('/supported', (c) => c.json(supported(registered, account.address)));

  app.post('/verify', async (c) => {
    const read = await readBody(c, lookup);
    if (read === null) return c.json(invalid(MALFORMED, null), 400);
    if (!read.ok) return c.json(invalid(read.fault, read.payer));
    const { claim } = read;
    const payer = claim.authorization.from;
    const fault = checkTerms(claim) ?? checkWindow(claim, Math.floor(clock.nowMs() / 1000)) ?? taken(claim);
    if (fault !== null) return c.json(invalid(fault, payer));
    try {
      const onChain = await checkOnChain(claim, chainOf(claim));
      return c.json(
        onChain === null ? { isValid: true, payer: checksumAddress(payer) } : invalid(onChain, payer),
      );
    } catch {
      const message = 'The chain could not be asked';
      return c.json(invalid({ reason: 'unexpected_verify_error', message }, payer), 500);
    }
  });

  app.post('/settle', async (c) => {
    const read = await readBody(c, lookup);
    if (read === null) return c.json(settled(failed(MALFORMED), { network: '', payer: null }), 400);
    if (!read.ok) return c.json(settled(failed(read.fault), read));
    const { claim } = read;
    const of = { network: claim.network, payer: claim.authorization.from };
    const fault = checkTerms(claim);
    if (fault !== null) return c.json(settled(failed(fault), of));
    try {
      return c.json(settled(await settler.settle(claim), of));
    } catch {
      const message = 'The chain could not be asked, or did not take the transaction';
      return c.json(settled(failed({ reason: 'unexpected_settle_error', message }), of), 500);
    }
  });

  function taken(claim: Claim): Fault | null {
    if (!settler.isTaken(claim)) return null;
    return { reason: 'invalid_transaction_state', message: 'The authorization is being settled, or was' };
  }

  return app;
}

async function readBody(c: Context, lookup: Parameters<typeof readClaim>[1]) {
  const text = decodeUtf8(new Uint8Array(await c.req.arrayBuffer()));
  return text === null ? null : readClaim(text, lookup);
}

function supported(chains: Registry['chains'], sender: Address): SupportedResponse {
  const kinds = chains.flatMap(({ network, v1Name }): SupportedKind[] => [
    { x402Version: 2, scheme: 'exact', network },
    // The type wants a colon, which the names of v1 do not have.
    { x402Version: 1, scheme: 'exact', network: v1Name as Network },
  ]);
  return { kinds, extensions: [], signers: { 'eip155:*': [sender] } };
}

function invalid({ reason, message }: Fault, payer: Address | null): VerifyResponse {
  const known = payer === null ? {} : { payer: checksumAddress(payer) };
  return { isValid: false, invalidReason: reason, invalidMessage: message, ...known };
}

function failed(fault: Fault): Settlement {
  return { kind: 'failed', fault };
}

function settled(
  settlement: Settlement,
  of: { readonly network: string; readonly payer: Address | null },
): SettleResponse {
  const network = of.network as Network;
  const known = of.payer === null ? { network } : { network, payer: checksumAddress(of.payer) };
  switch (settlement.kind) {
    case 'settled':
      return { success: true, transaction: settlement.txHash, ...known };
    case 'pending':
      // Not in §9; sellers of the reference library know it, and ask once more.
      return { success: false, errorReason: 'settlement_pending', transaction: settlement.txHash, ...known };
    case 'failed': {
      const { reason, message } = settlement.fault;
      return { success: false, errorReason: reason, errorMessage: message, transaction: '', ...known };
    }
  }
}
