import type { Asset } from '../../core/asset.ts';
import * as Eip3009 from '../../protocol/eip3009.ts';
import { fromHex } from '../../protocol/hex.ts';
import { recover } from '../../protocol/secp256k1.ts';
import type { ChainAccess } from './chain-access.ts';
import type { Claim, Fault, FaultReason } from './claim.ts';
import { authorizationState, balanceOf, transferWithAuthorization } from './token-call.ts';

/** Time a transaction needs to get into a block: an authorization that ends before that is not taken. */
const BLOCK_ALLOWANCE_SECONDS = 6n;

const domains = new WeakMap<Asset, Eip3009.TransferDomain>();

/** What the bytes alone say: who signed, to whom, how much. Null when all is as required. */
export function checkTerms(claim: Claim): Fault | null {
  const { asset, authorization, signature } = claim;
  const digest = Eip3009.authorizationDigest(domainOf(asset), authorization);
  if (recover(digest, fromHex(signature, 65)) !== authorization.from) {
    return fault('signature', 'The payer did not sign this authorization for this token');
  }
  if (authorization.to !== claim.payTo) {
    return fault('recipient_mismatch', 'The authorization pays another address than required');
  }
  if (authorization.value !== claim.amountUnits) {
    return fault('authorization_value_mismatch', 'The authorization pays another amount than required');
  }
  return null;
}

/** Whether now is inside the authorization's window, with time left to get into a block. */
export function checkWindow({ authorization }: Claim, nowSeconds: number): Fault | null {
  if (authorization.validBefore < BigInt(nowSeconds) + BLOCK_ALLOWANCE_SECONDS) {
    return fault('authorization_valid_before', 'The authorization has ended, or is about to');
  }
  if (authorization.validAfter > BigInt(nowSeconds)) {
    return fault('authorization_valid_after', 'The authorization does not hold yet');
  }
  return null;
}

/** Simulates the transfer on the newest block; asks why where it fails. Throws when the chain cannot be asked. */
export async function checkOnChain(claim: Claim, chain: ChainAccess): Promise<Fault | null> {
  const { asset, authorization, signature } = claim;
  const call = { to: asset.address, data: transferWithAuthorization(authorization, signature) };
  const isPossible = await chain.ask('eth_call', [{ from: chain.sender, ...call }, 'latest']).then(
    () => true,
    () => false,
  );
  if (isPossible) return null;
  const view = async (data: string) =>
    BigInt(String(await chain.ask('eth_call', [{ to: asset.address, data }, 'latest'])));
  const { from, nonce } = authorization;
  const [isUsed, balance] = await Promise.all([view(authorizationState(from, nonce)), view(balanceOf(from))]);
  if (isUsed !== 0n) {
    return { reason: 'invalid_transaction_state', message: 'The authorization was used or canceled' };
  }
  if (balance < authorization.value) {
    return { reason: 'insufficient_funds', message: 'The payer holds less than the authorization pays' };
  }
  return { reason: 'invalid_transaction_state', message: 'The token refuses the transfer' };
}

/** The name and version that payers sign under come from the registry, never from a request. */
function domainOf(asset: Asset): Eip3009.TransferDomain {
  const known = domains.get(asset);
  if (known !== undefined) return known;
  const domain = Eip3009.domainOf({
    name: asset.domainName,
    version: asset.domainVersion,
    chainId: Number.parseInt(asset.network.slice('eip155:'.length), 10),
    verifyingContract: asset.address,
  });
  domains.set(asset, domain);
  return domain;
}

function fault(what: ExactReason, message: string): Fault {
  return { reason: `invalid_exact_evm_payload_${what}`, message };
}

type ExactReason = FaultReason extends infer R
  ? R extends `invalid_exact_evm_payload_${infer W}`
    ? W
    : never
  : never;
