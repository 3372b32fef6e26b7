import type { Address, Asset } from '../../core/asset.ts';
import { parseUnits } from '../../core/money.ts';
import type { Offer } from '../../core/payment.ts';
import { parseAddress } from '../address.ts';
import { type JsonNode, type JsonObject, member, stringMember } from './json.ts';

/** The protocol's two versions: v2 travels in headers and names networks by CAIP-2, v1 has its own short names. */
export type Version = 1 | 2;

/** The admitted asset at a token address on a network, which comes as the payee names it; null where there is none. */
export type AssetLookup = (network: string, token: string) => Asset | null;

/** Payment requirements as far as every scheme has them (x402 v2 §5.1.2, v1 §5.1.2): well-formed, not yet judged. */
export type Requirements = {
  readonly version: Version;
  /** The scheme; `exact/permit2` and the like where money moves in another way than by EIP-3009. */
  readonly scheme: string;
  readonly network: string;
  /** Atomic units, as text. */
  readonly amount: string;
  readonly asset: string;
  readonly payTo: string;
  readonly timeoutSeconds: number;
  /** v1 only: the URL that is paid for. */
  readonly resource: string | null;
};

const SCHEME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const METHOD = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** CAIP-2, with room for the longer namespaces that some schemes use. */
const CAIP2 = /^[a-z0-9-]{3,32}:[-_a-zA-Z0-9]{1,64}$/;
/** What v1 calls a network; some payees put a CAIP-2 id there. */
const V1_NETWORK = /^[a-z0-9][a-z0-9-]{0,63}$/;
const MAX_TEXT = 256;

/** Reads payment requirements, or null when a field is missing, of the wrong type or out of all proportion. */
export function readRequirements(node: JsonNode, version: Version): Requirements | null {
  if (node.kind !== 'object') return null;
  const scheme = schemeOf(node);
  const network = stringMember(node, 'network');
  const amount = stringMember(node, version === 1 ? 'maxAmountRequired' : 'amount');
  const asset = stringMember(node, 'asset');
  const payTo = stringMember(node, 'payTo');
  const timeoutSeconds = timeoutOf(node);
  if (scheme === null || network === null || amount === null) return null;
  if (asset === null || payTo === null || timeoutSeconds === null) return null;
  if (!isNetwork(network, version)) return null;
  if ([amount, asset, payTo].some((text) => text === '' || text.length > MAX_TEXT)) return null;
  const stated = version === 1 ? member(node, 'resource') : null;
  if (stated !== null && stated.kind !== 'string') return null;
  return { version, scheme, network, amount, asset, payTo, timeoutSeconds, resource: stated?.value ?? null };
}

/**
 * The requirements as an offer of the core. Null where they name no EVM address to pay to. Asset and decimals come
 * from our own registry; what `extra` says of name, version and decimals is never looked at.
 */
export function offerOf(
  requirements: Requirements,
  by: { readonly lookup: AssetLookup; readonly wire: string },
): Offer | null {
  const payTo = parseAddress(requirements.payTo);
  if (payTo === null) return null;
  const reading = parseUnits(requirements.amount);
  return {
    rail: 'x402',
    scheme: requirements.scheme,
    asset: assetOf(requirements, by.lookup),
    payTo,
    priceUnits: reading.outcome === 'ok' ? reading.units : null,
    timeoutSeconds: requirements.timeoutSeconds,
    wire: by.wire,
  };
}

/** The admitted asset that the requirements name, or null. */
export function assetOf(requirements: Requirements, lookup: AssetLookup): Asset | null {
  const token: Address | null = parseAddress(requirements.asset);
  return token === null ? null : lookup(requirements.network, token);
}

/** Whether the requirements speak of an EVM chain by its CAIP-2 id, so that its addresses must be EVM addresses. */
export function isEvm(requirements: Requirements): boolean {
  return requirements.network.startsWith('eip155:');
}

function isNetwork(network: string, version: Version): boolean {
  return CAIP2.test(network) || (version === 1 && V1_NETWORK.test(network));
}

function schemeOf(node: JsonObject): string | null {
  const scheme = stringMember(node, 'scheme');
  if (scheme === null || !SCHEME.test(scheme)) return null;
  const extra = member(node, 'extra');
  if (extra === null) return scheme;
  if (extra.kind !== 'object') return null;
  const method = member(extra, 'assetTransferMethod');
  if (method === null) return scheme;
  if (method.kind !== 'string' || !METHOD.test(method.value)) return null;
  return method.value === 'eip3009' ? scheme : `${scheme}/${method.value}`;
}

function timeoutOf(node: JsonObject): number | null {
  const found = member(node, 'maxTimeoutSeconds');
  if (found?.kind !== 'number' || !Number.isSafeInteger(found.value) || found.value <= 0) return null;
  return found.value;
}
