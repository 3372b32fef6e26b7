import { concatBytes } from '@noble/hashes/utils.js';
import { toFunctionSelector } from 'viem';
import { addressWord, bytes32Word, uintWord } from '../../protocol/eip712.ts';
import type { TransferAuthorization } from '../../protocol/eip3009.ts';
import { fromHex, type Hex, toHex } from '../../protocol/hex.ts';

// Every argument is one static word, so that the ABI encoding is the words one after the other; viem's general
// encoder takes many times as long, and a facilitator does this for each payment.
const TRANSFER = selector(
  'transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)',
);
const STATE = selector('authorizationState(address,bytes32)');
const BALANCE = selector('balanceOf(address)');

/** The call that moves the money (EIP-3009), with its signature of 65 bytes as v, r and s. */
export function transferWithAuthorization(authorization: TransferAuthorization, signature: Hex): Hex {
  const { from, to, value, validAfter, validBefore, nonce } = authorization;
  const bytes = fromHex(signature, 65);
  const words = [
    addressWord(from),
    addressWord(to),
    uintWord(value),
    uintWord(validAfter),
    uintWord(validBefore),
    bytes32Word(nonce),
    uintWord(BigInt(bytes[64] ?? 0)),
    bytes.subarray(0, 32),
    bytes.subarray(32, 64),
  ];
  return toHex(concatBytes(TRANSFER, ...words));
}

/** The question whether an authorization was used or canceled. */
export function authorizationState(authorizer: Hex, nonce: Hex): Hex {
  return toHex(concatBytes(STATE, addressWord(authorizer), bytes32Word(nonce)));
}

/** The question what an address holds. */
export function balanceOf(address: Hex): Hex {
  return toHex(concatBytes(BALANCE, addressWord(address)));
}

function selector(signature: string): Uint8Array {
  return fromHex(toFunctionSelector(signature), 4);
}
