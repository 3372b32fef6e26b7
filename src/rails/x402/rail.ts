import type { Payment, Resource } from '../../core/payment.ts';
import type {
  Challenge,
  ChallengeText,
  PayeeRequest,
  PaymentHeader,
  PaymentSigner,
  PayOutcome,
  Quote,
  Rail,
} from '../../core/ports.ts';
import { type Refusal, type RefusalCode, refuse } from '../../core/refusal.ts';
import * as X402 from '../../protocol/x402.ts';
import type { Registry } from '../evm/registry.ts';
import { assetLookup } from './asset-lookup.ts';
import type { FetchReply } from './exchange.ts';
import type { Fetcher, FetchFailure, FetchResult } from './fetcher.ts';
import { assertSays } from './presentation.ts';
import { cleanHeaders, type HeaderRecord } from './request-headers.ts';
import { type OriginRules, parseTarget, type Target } from './target.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** What became of a fetch that brought no reply, for a request that carried no payment. */
const FAILURES: Readonly<Record<FetchFailure['code'], RefusalCode>> = {
  host_unresolvable: 'payee_unreachable',
  timeout: 'payee_unreachable',
  network_error: 'payee_unreachable',
  tls_error: 'payee_unreachable',
  address_not_allowed: 'address_not_allowed',
  redirect_not_allowed: 'redirect_not_allowed',
  response_too_large: 'response_too_large',
};

/** The client side of x402, versions 1 and 2, scheme `exact` by EIP-3009. What a payee says is never proof here. */
export function createX402Rail(options: {
  readonly fetcher: Fetcher;
  readonly rules: OriginRules;
  readonly assets: Registry;
  readonly signer: PaymentSigner;
}): Rail {
  const { fetcher, rules, signer } = options;
  const lookup = assetLookup(options.assets);

  function locate(url: string, method: string): Resource | Refusal {
    if (!METHODS.has(method)) return refuse('input_invalid', 'The method must be one of HTTP, in upper case');
    const parsed = parseTarget(url, rules);
    return parsed.ok ? { ...parsed.target, method } : refuse(parsed.code, parsed.detail);
  }

  async function quote(request: PayeeRequest): Promise<Quote | Refusal> {
    const clean = takeOver(request.headers);
    if (clean.outcome === 'refused') return clean;
    const result = await send(request, clean.headers);
    if (!result.ok) return refuse(FAILURES[result.failure.code], result.failure.detail);
    const { status, headers, body, target } = result.reply;
    const resource = { ...target, method: request.resource.method };
    if (status !== 402) return { kind: 'free', resource, reply: { status, headers, body } };
    const challenge = challengeOf(result.reply);
    return 'outcome' in challenge ? challenge : { kind: 'challenge', resource, challenge };
  }

  function readChallenge(given: ChallengeText): Challenge | Refusal {
    return X402.readChallenge(given, lookup);
  }

  async function present(payment: Payment): Promise<PaymentHeader> {
    const { id, state, offer, authorization } = payment;
    if (offer?.rail !== 'x402' || authorization === null || state !== 'reserved') {
      throw new TypeError(`The payment "${id}" must be reserved on the rail x402 to be presented`);
    }
    const signature = signer.sign(authorization);
    const header = X402.paymentHeader({ wire: offer.wire, paymentId: id, authorization, signature });
    assertSays(header, { offer, authorization, signature, lookup });
    return header;
  }

  async function pay(request: PayeeRequest, header: PaymentHeader): Promise<PayOutcome> {
    const clean = takeOver(request.headers);
    if (clean.outcome === 'refused') throw new TypeError(clean.detail);
    const result = await send(request, { ...clean.headers, [header.name.toLowerCase()]: header.value });
    if (!result.ok) return { kind: 'unknown', detail: result.failure.detail };
    const { status, headers, body } = result.reply;
    if (status === 402) return askedAgain(challengeOf(result.reply));
    if (status >= 500) return { kind: 'unknown', detail: `The payee answered with status ${status}` };
    return { kind: 'answered', reply: { status, headers, body }, receipt: X402.readReceipt(headers) };
  }

  /** The fetcher follows no redirect for a request that carries a payment, and none to another origin for any. */
  function send(request: PayeeRequest, headers: HeaderRecord): Promise<FetchResult> {
    const { resource, body } = request;
    return fetcher.fetch({ target: targetOf(resource), method: resource.method, headers, body });
  }

  function challengeOf(reply: FetchReply): Challenge | Refusal {
    return X402.readChallenge(X402.challengeText(reply), lookup);
  }

  return { id: 'x402', locate, cleanHeaders: takeOver, quote, readChallenge, present, pay };
}

function takeOver(headers: HeaderRecord): ReturnType<Rail['cleanHeaders']> {
  const clean = cleanHeaders(headers);
  return clean.ok ? { outcome: 'ok', headers: clean.headers } : refuse(clean.code, clean.detail);
}

function askedAgain(challenge: Challenge | Refusal): PayOutcome {
  const detail = 'The payee asks for a payment again (status 402)';
  return 'outcome' in challenge
    ? { kind: 'asked_again', challenge: null, detail: `${detail}. ${challenge.detail}` }
    : { kind: 'asked_again', challenge, detail };
}

function targetOf({ url, origin, host }: Resource): Target {
  return { url, origin, host };
}
