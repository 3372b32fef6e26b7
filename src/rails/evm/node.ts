import { BaseError, createClient, http, ResponseBodyTooLargeError, RpcRequestError } from 'viem';
import { isHex } from '../../protocol/hex.ts';
import { ChainError } from './chain-error.ts';

/** A node, asked by JSON-RPC. */
export type Node = {
  /** The result of a call, unread. Throws ChainError `node_unreachable` or `node_refused`. */
  readonly ask: (method: string, params: readonly unknown[]) => Promise<unknown>;
};

const RETRIES = 2;
const MAX_DETAIL_LENGTH = 200;

/** A node behind an HTTP URL. An attempt takes up to `timeoutMs`, a call with retries three times that. */
export function openNode(rpcUrl: string, timeoutMs: number): Node {
  if (!/^https?:$/.test(URL.parse(rpcUrl)?.protocol ?? '')) {
    throw new ChainError('node_url_invalid', "A node's URL must be an http or https URL");
  }
  const client = createClient({ transport: http(rpcUrl, { timeout: timeoutMs, retryCount: RETRIES }) });
  const ask = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    // The signal bounds what the node may ask for with Retry-After.
    const signal = AbortSignal.timeout(timeoutMs * (RETRIES + 1));
    try {
      return await client.request({ method, params } as never, { signal });
    } catch (error) {
      throw describe(error, { method, rpcUrl });
    }
  };
  return { ask };
}

/** Reads a JSON-RPC quantity that is a safe integer, such as a block number. */
export function readNumber(value: unknown, what: string): number {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]+$/.test(value)) {
    const number = Number.parseInt(value, 16);
    if (Number.isSafeInteger(number)) return number;
  }
  throw invalid(what, value);
}

/** Reads hex text of so many bytes, into lower case. */
export function readHex(value: unknown, byteLength: number, what: string): `0x${string}` {
  if (typeof value === 'string' && isHex(value, byteLength)) return value.toLowerCase() as `0x${string}`;
  throw invalid(what, value);
}

/** Reads a JSON object. */
export function readObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw invalid(what, value);
}

/** Reads a JSON array. */
export function readArray(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(what, value);
}

/** A block number as JSON-RPC has it. */
export function toQuantity(number: number): string {
  return `0x${number.toString(16)}`;
}

function invalid(what: string, value: unknown): ChainError {
  const found = JSON.stringify(value)?.slice(0, MAX_DETAIL_LENGTH) ?? 'nothing';
  return new ChainError('node_answer_invalid', `The node gave ${found} as ${what}`);
}

/** No `cause`: the library's errors hold the URL, which may contain a key. */
function describe(error: unknown, asked: { readonly method: string; readonly rpcUrl: string }): ChainError {
  const { method, rpcUrl } = asked;
  const rpcError = find(error, RpcRequestError) ?? find(error, ResponseBodyTooLargeError);
  const told = rpcError ?? find(error, BaseError) ?? error;
  const detail = told instanceof BaseError ? `${told.shortMessage} ${told.details}` : String(told);
  const shown = detail.replaceAll(rpcUrl, '(url)').slice(0, MAX_DETAIL_LENGTH).trim();
  return rpcError === null
    ? new ChainError('node_unreachable', `The node did not answer ${method}: ${shown}`)
    : new ChainError('node_refused', `The node refused ${method}: ${shown}`);
}

function find<E extends Error>(error: unknown, kind: abstract new (...args: never[]) => E): E | null {
  if (error instanceof kind) return error;
  const found = error instanceof BaseError ? error.walk((inner) => inner instanceof kind) : null;
  return found instanceof kind ? found : null;
}
