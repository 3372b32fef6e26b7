import type { Agent } from '../core/agent.ts';
import { canonicalJson, type Json } from '../core/canonical.ts';
import type { PaymentRequest } from '../core/command.ts';
import { makeId } from '../core/id.ts';
import type { Price } from '../core/pin.ts';
import type { Challenge, PayeeRequest, Rail } from '../core/ports.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { requestId } from '../core/request.ts';
import { nonceOf } from '../protocol/eip3009.ts';
import type { Context } from './context.ts';
import type { ExecuteInput } from './payment.ts';

/** What an agent asks to be paid for, checked as far as it can be without asking anybody. */
export type Ask = {
  readonly agent: Agent;
  readonly input: ExecuteInput;
  readonly idempotencyKey: string;
  readonly requestId: string;
  readonly inputHash: string;
  readonly rail: Rail;
  readonly request: PayeeRequest;
};

type Given = Pick<Ask, 'agent' | 'input' | 'idempotencyKey'>;

const OPERATION = 'payment.execute';

/** Reads what an agent asks for; a refusal here leaves no trace under the key. */
export function readAsk(context: Context, given: Given): Ask | Refusal {
  const { agent, input, idempotencyKey } = given;
  const rail = context.rails.get('x402');
  if (rail === undefined) return refuse('engine_unavailable', 'No rail is connected');
  const resource = rail.locate(input.url, input.method);
  if ('outcome' in resource) return resource;
  const cleaned = rail.cleanHeaders(input.headers);
  if (cleaned.outcome === 'refused') return cleaned;
  const body = bodyOf(input);
  if (body !== null && 'outcome' in body) return body;
  if (body !== null && (input.method === 'GET' || input.method === 'HEAD')) {
    return refuse('input_invalid', `A ${input.method} request has no body`);
  }
  if (input.mode === 'sign' && input.challenge === undefined) {
    return refuse('input_invalid', 'To sign, send the 402 you got as `challenge`');
  }
  if (input.mode === 'fetch' && input.challenge !== undefined) {
    return refuse('input_invalid', 'In fetch mode the wallet asks the payee itself; leave out `challenge`');
  }
  return {
    ...given,
    requestId: requestId(agent.id, idempotencyKey),
    inputHash: context.hash.sha256(canonicalJson({ operation: OPERATION, input: input as Json })),
    rail,
    request: { resource, headers: cleaned.headers, body },
  };
}

function bodyOf({ body, bodyBase64 }: ExecuteInput): Uint8Array | null | Refusal {
  if (body !== undefined && bodyBase64 !== undefined) {
    return refuse('input_invalid', 'Send `body` or `bodyBase64`, not both');
  }
  if (bodyBase64 !== undefined) return new Uint8Array(Buffer.from(bodyBase64, 'base64'));
  return body === undefined ? null : new TextEncoder().encode(body);
}

/** Facts found out for a decision: whose challenge it is, and what the wallet itself was asked for. */
export type Facts = {
  readonly source: 'wallet' | 'agent';
  readonly challenge: Challenge;
  readonly isProbed: boolean;
  readonly seen: readonly Price[];
};

/** The decision to ask of the core for this, with a fresh id. If the key was seen before, the id is not used. */
export function decisionOf(
  context: Context,
  ask: Ask,
  facts: Facts,
): PaymentRequest & { type: 'payment.authorize' } {
  const { agent, input, idempotencyKey, inputHash, request } = ask;
  const paymentId = makeId('pay', context.clock.nowMs(), context.random(10));
  return {
    type: 'payment.authorize',
    walletId: agent.walletId,
    agentId: agent.id,
    mandateId: input.mandate as `mand_${string}`,
    paymentId,
    idempotencyKey,
    operation: OPERATION,
    inputHash,
    mode: input.mode,
    resource: request.resource,
    challenge: {
      source: facts.source,
      statedOrigin: statedOrigin(facts.challenge.statedUrl, request.resource.url),
      offers: facts.challenge.offers,
    },
    isProbed: facts.isProbed,
    seen: facts.seen,
    nonce: nonceOf(agent.walletId, paymentId),
    maxUnits: input.maxAmount ?? null,
    chainSkewSeconds: context.chain.skewSeconds(),
  };
}

/**
 * The origin a challenge names, a relative URL being of the resource that was asked for: null where it names none, the
 * text itself where that is no URL.
 */
function statedOrigin(statedUrl: string | null, requestedUrl: string): string | null {
  if (statedUrl === null) return null;
  return URL.canParse(statedUrl, requestedUrl) ? new URL(statedUrl, requestedUrl).origin : statedUrl;
}

/** What a challenge that the wallet itself got asks for, as prices to learn. */
export function pricesOf(challenge: Challenge): readonly Price[] {
  return challenge.offers.flatMap(({ asset, payTo, priceUnits }) =>
    asset === null || priceUnits === null ? [] : [{ assetId: asset.id, payTo, priceUnits }],
  );
}
