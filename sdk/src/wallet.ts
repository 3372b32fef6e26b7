import { type CallOperation, type CallOptions, createCall, type OperationName } from './call.ts';
import { createFetch, type PaidFetch } from './fetch.ts';
import { type Methods, type Operations, ROUTES } from './operations.gen.ts';

/** Where the wallet is, and who calls. */
export type WalletOptions = {
  /** Of the server: "http://127.0.0.1:4020". */
  readonly url: string | URL;
  /** An agent's, or the operator's. */
  readonly token?: string | undefined;
  /** Another `fetch` than the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** How long one attempt may take; 60 seconds unless you say. */
  readonly timeoutMs?: number | undefined;
  /** Most times one call is sent; 6 unless you say. */
  readonly attempts?: number | undefined;
  /** How to wait between attempts. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
};

/** A wallet, to call: every operation as `<noun>.<verb>(input)`, and a `fetch` that pays. */
export type Wallet = Methods<CallOptions> & {
  readonly fetch: PaidFetch;
  /** Calls an operation by its name. */
  readonly call: CallOperation;
};

/** Connects to a wallet's server. Nothing is sent before the first call. */
export function createWallet(options: WalletOptions): Wallet {
  const call = createCall({
    url: String(options.url).replace(/\/+$/, ''),
    token: options.token ?? null,
    // Called as a plain function: browsers refuse a `fetch` that is called as a method of something else.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: options.timeoutMs ?? 60_000,
    attempts: options.attempts ?? 6,
    wait: options.wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms))),
  });
  return { ...methodsOf(call), fetch: createFetch(call), call };
}

function methodsOf(call: CallOperation): Methods<CallOptions> {
  const methods: Record<string, Record<string, unknown>> = {};
  for (const name of Object.keys(ROUTES) as OperationName[]) {
    const [noun = '', verb = ''] = name.split('.');
    const method = (input: Operations[typeof name]['input'] = {}, options?: CallOptions) =>
      call(name, input, options);
    methods[noun] = { ...methods[noun], [verb]: method };
  }
  return methods as Methods<CallOptions>;
}
