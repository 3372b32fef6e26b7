import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http, { type IncomingHttpHeaders } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Agent } from '../../src/core/agent.ts';
import type { Asset } from '../../src/core/asset.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { createHttp } from '../../src/http/server.ts';
import type { CardParts } from '../../src/operations/cards.ts';
import { createCheckpointer } from '../../src/operations/checkpoint.ts';
import type { Context } from '../../src/operations/context.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { operations as allOperations } from '../../src/operations/table.ts';
import { addressOf } from '../../src/protocol/address.ts';
import { publicKeyOf } from '../../src/protocol/secp256k1.ts';
import { BASE_SEPOLIA } from '../../src/rails/evm/registry.ts';
import { nodeHash } from '../../src/store/hash.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';

/** 2026-01-01T00:00:00Z, where the clock of these tests stands. */
export const START_MS = Date.UTC(2026, 0, 1);
/** The operator's approval key. */
export const OPERATOR_KEY = new Uint8Array(32).fill(7);
/** The key the wallet pays with. */
export const PAYMENT_KEY = new Uint8Array(32).fill(9);
export const USDC = BASE_SEPOLIA.assets[0] as Asset;

export const TOKENS = {
  operator: 'operator-token-0',
  agent: 'agent-token-0000',
  other: 'other-token-0000',
  revoked: 'revoked-token-00',
};

/** A request as these tests send it. What is not said is left out of the request. */
export type Sent = {
  readonly method?: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'OPTIONS';
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or bytes go as they are, anything else as JSON. */
  readonly body?: unknown;
};

/** What came back; `json` is undefined where the body is none. */
type Reply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Record<string, unknown>;
};

/** A server over a real store, on a port of 127.0.0.1. */
export type World = {
  readonly url: string;
  readonly app: Hono;
  readonly context: Context;
  readonly agents: { readonly agent: Agent; readonly other: Agent };
  readonly logged: string[];
  readonly send: (sent: Sent) => Promise<Reply>;
  /** Sends these bytes on a connection of their own; everything that comes back until it is closed. */
  readonly sendRaw: (bytes: string) => Promise<string>;
  /** How many audit entries the wallet has: every change of state writes one. */
  readonly entries: () => Promise<number>;
  /** The files of its books. */
  readonly files: () => readonly string[];
  readonly close: () => Promise<void>;
};

/** Starts a server of these operations, or of all there are. */
export async function startWorld(
  given: {
    readonly operations?: readonly Operation[];
    readonly context?: Partial<Context>;
    /** Opens what makes cards over the books of this server. */
    readonly cards?: (books: Pick<Context, 'store' | 'clock' | 'policy' | 'walletId'>) => CardParts;
  } = {},
): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'fluxa-http-'));
  const { clock = { nowMs: () => START_MS, wait: async () => {} }, policy = DEFAULT_POLICY } =
    given.context ?? {};
  const store = await openSqliteStore({ path: join(directory, 'books.db'), clock, policy });
  const walletId = 'wal_00000000000000000000000001';
  const context: Context = {
    store,
    clock,
    random: (length) => new Uint8Array(randomBytes(length)),
    hash: nodeHash,
    policy,
    rails: new Map(),
    assets: [USDC],
    chain: { skewSeconds: () => 0, incoming: () => [] },
    checkpoints: createCheckpointer({ store, hash: nodeHash, clock, signer: checkpointSigner() }),
    operatorTokenHash: nodeHash.sha256(TOKENS.operator),
    walletId,
    isSandbox: false,
    running: new Set(),
    cards: given.cards?.({ store, clock, policy, walletId }) ?? null,
    ...given.context,
  };
  const agents = await enrol(context);
  const logged: string[] = [];
  const publicUrl = { current: '' };
  const app = createHttp({
    context,
    operations: given.operations ?? allOperations,
    publicUrl: () => publicUrl.current,
    allowedHosts: ['127.0.0.1', 'Wallet.example:8443'],
    log: (line) => logged.push(line),
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as http.Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  publicUrl.current = `http://127.0.0.1:${port}`;

  const close = async () => {
    server.closeAllConnections();
    server.close();
    await store.close();
    await rm(directory, { recursive: true });
  };
  const entries = async () => (await store.read.entries(walletId, { afterSeq: 0, limit: 1000 })).length;
  const files = () => readdirSync(directory).map((name) => join(directory, name));
  const url = publicUrl.current;
  const sends = { send: sender(url), sendRaw: rawSender(port) };
  return { url, app, context, agents, logged, ...sends, entries, files, close };
}

function checkpointSigner() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    sign: (text: string) => sign(null, Buffer.from(text), privateKey).toString('hex'),
  };
}

async function enrol({ store, walletId }: Context) {
  const [operatorAddress, paymentAddress] = [OPERATOR_KEY, PAYMENT_KEY].map((key) =>
    addressOf(publicKeyOf(key)),
  );
  if (operatorAddress === undefined || paymentAddress === undefined) throw new Error('There are two keys');
  await store.commit({
    type: 'wallet.create',
    id: walletId,
    name: 'Wallet',
    operatorAddress,
    paymentAddress,
  });
  const register = async (agentId: Agent['id'], name: keyof typeof TOKENS) => {
    const tokenHash = nodeHash.sha256(TOKENS[name]);
    const outcome = await store.commit({ type: 'agent.register', walletId, agentId, name, tokenHash });
    if (outcome.outcome === 'refused') throw new Error(outcome.detail);
    return outcome.agent;
  };
  const agent = await register('agt_00000000000000000000000001', 'agent');
  const other = await register('agt_00000000000000000000000002', 'other');
  const { id: subjectId } = await register('agt_00000000000000000000000003', 'revoked');
  const approvalId = 'appr_00000000000000000000000001';
  const nonce = nodeHash.sha256(approvalId);
  await store.commit({
    type: 'approval.open',
    walletId,
    approvalId,
    action: 'agent.revoke',
    subjectId,
    nonce,
  });
  const signed = { signature: '0x', signer: operatorAddress };
  const outcome = await store.commit({ type: 'approval.sign', walletId, approvalId, ...signed });
  if (outcome.outcome === 'refused') throw new Error(outcome.detail);
  return { agent, other };
}

function sender(url: string): World['send'] {
  return async ({ method = 'GET', path, token, headers = {}, body }) => {
    const isPlain = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const request = http.request(url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    request.end(isPlain ? body : JSON.stringify(body));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const chunks: Buffer[] = await response.toArray();
    const text = Buffer.concat(chunks).toString('utf8');
    const json = text === '' ? {} : JSON.parse(text);
    return { status: response.statusCode ?? 0, headers: response.headers, text, json };
  };
}

function rawSender(port: number): World['sendRaw'] {
  return async (bytes) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.write(bytes);
    const chunks: Buffer[] = await socket.toArray();
    return Buffer.concat(chunks).toString('utf8');
  };
}
