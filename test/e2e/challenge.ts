import { type Answered, ask } from './recorder.ts';
import type { Sandbox } from './world.ts';

/** One way to pay, as a payee writes it (x402 version 2). */
export type Option = {
  readonly scheme: string;
  readonly network: string;
  readonly amount: string;
  readonly asset: string;
  readonly payTo: string;
  readonly maxTimeoutSeconds: number;
  readonly extra?: Readonly<Record<string, unknown>>;
};

/** A challenge of x402 version 2. */
export type Terms = {
  readonly x402Version: 2;
  readonly resource: { readonly url: string };
  readonly accepts: readonly Option[];
  readonly extensions?: Readonly<Record<string, unknown>>;
};

/** What the chain is asked to do, as a header that pays says it. */
export type Signed = {
  readonly from: string;
  readonly to: string;
  readonly value: string;
  readonly validAfter: string;
  readonly validBefore: string;
  readonly nonce: string;
};

/** Asks a payee of the sandbox itself, without the wallet, as an agent does. */
export function visit(
  sandbox: Sandbox,
  url: string,
  of: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Answered> {
  const { origin, host, pathname, search } = new URL(url);
  const { headers, ...rest } = of;
  return ask(sandbox.addressOf(origin), { ...rest, path: pathname + search, headers: { ...headers, host } });
}

/** The challenge a payee answers with. Throws where it asks for nothing. */
export async function challengeAt(sandbox: Sandbox, url: string, method = 'GET'): Promise<Terms> {
  const { status, headers } = await visit(sandbox, url, { method });
  if (status !== 402) throw new Error(`"${url}" answered ${status}`);
  return decode(String(headers['payment-required'])) as Terms;
}

/** A challenge as the text of its header. */
export function encode(value: unknown): string {
  return encodeText(JSON.stringify(value));
}

/** Any text as a header carries it. */
export function encodeText(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** What a header says. */
export function decode(header: string): unknown {
  return JSON.parse(Buffer.from(header, 'base64').toString());
}

/** The authorization that a header pays with; the payee in lower case. */
export function authorizationIn(header: string): { readonly signature: string } & Signed {
  const { payload } = decode(header) as { payload: { signature: string; authorization: Signed } };
  const { to, ...rest } = payload.authorization;
  return { signature: payload.signature, ...rest, to: to.toLowerCase() };
}
