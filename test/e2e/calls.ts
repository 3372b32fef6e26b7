import type {
  PaymentExecuteInput,
  PaymentExecuteOutput,
  PaymentRequestInput,
  Problem,
} from '../../sdk/src/index.ts';
import { HOSTS, sandboxOrigin } from '../../src/sandbox/hosts.ts';
import type { Sandbox } from './world.ts';

export const NAMES = sandboxOrigin(HOSTS.names);
export const TWIN = sandboxOrigin(HOSTS.twin);
export const GIFTS = sandboxOrigin(HOSTS.gifts);

/** One answer of the wallet: its bytes, and what they say. */
export type Reply<T> = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Whichever the status says it is. */
  readonly body: Partial<T> & Partial<Problem>;
};

export type Send = {
  readonly method?: 'GET' | 'POST';
  readonly token?: string;
  /** Sent as it is where it is text. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Where a wallet is, and who calls unless it is said. */
export type Place = Pick<Sandbox, 'url' | 'agentToken'>;

/** Calls a route of the wallet and keeps the bytes. */
export async function send<T>({ url }: Pick<Place, 'url'>, path: string, of: Send = {}): Promise<Reply<T>> {
  const { body, token, method = body === undefined ? 'GET' : 'POST' } = of;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...of.headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

/** Pays as the sandbox's agent, or as another one. */
export function pay(
  place: Place,
  input: PaymentExecuteInput,
  { key, token = place.agentToken }: { readonly key: string; readonly token?: string },
): Promise<Reply<PaymentExecuteOutput>> {
  return send(place, '/v1/payments', { token, body: input, headers: { 'idempotency-key': key } });
}

/** What of a reply a test mostly looks at: its status, and the code or the status of the payment. */
export function gist({ status, body }: Reply<PaymentExecuteOutput>): readonly [number, string | undefined] {
  return [status, body.code ?? body.status];
}

/** A mandate of the sandbox's agent, or of another one, signed by the operator. */
export async function openMandate(
  sandbox: Sandbox,
  of: Partial<PaymentRequestInput>,
  agent = sandbox.agent,
): Promise<string> {
  const base = { amount: '100.00', intent: 'Buy what the test needs', duration: '1d' };
  const { mandate } = await agent.payment.request({ ...base, ...of });
  await sandbox.operator.decide('mandate.approve', mandate.id);
  return mandate.id;
}

/** Whether a key left a trace: a key that did takes no other request. */
export async function isKeyTaken(sandbox: Sandbox, key: string): Promise<boolean> {
  const agents = await sandbox.agent.agent.list({});
  const id = `${agents.agents[0]?.id}/${key}`;
  return (await sandbox.server.context.store.read.get('request', id)) !== null;
}
