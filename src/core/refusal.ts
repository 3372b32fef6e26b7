/** What the table says of one public code. */
export type RefusalKind = {
  /** The HTTP status of an answer that carries this code. */
  readonly status: number;
  /** Whether the very same call can pass later without anybody changing it. */
  readonly retryable: boolean;
  /** What the caller can do about it. */
  readonly hint: string;
};

/**
 * Every public code, in order of precedence: when several apply, the first listed is returned.
 * A code is never renamed or used for something else.
 */
export const REFUSALS = {
  // Where the request comes from
  host_not_allowed: kind(403, 'Reach the server by a name that its configuration allows'),
  origin_not_allowed: kind(403, 'Pages of other origins may not call the server'),
  // The request as bytes
  body_too_large: kind(413, 'Send a smaller body'),
  media_type_unsupported: kind(415, 'Send the body as application/json'),
  json_invalid: kind(400, 'Send one well-formed JSON object in UTF-8'),
  json_key_duplicate: kind(400, 'Name each key of an object once'),
  route_not_found: kind(404, 'See /openapi.json for the routes there are'),
  method_not_allowed: kind(405, 'See /openapi.json for the methods of this route'),
  // Who is calling
  credential_missing: kind(401, 'Send "Authorization: Bearer <token>"'),
  credential_invalid: kind(401, 'Ask the operator to register the agent and hand over its token'),
  agent_revoked: kind(401, 'The operator revoked this agent; only a new registration helps'),
  operation_not_allowed: kind(403, 'This credential may not call this operation'),
  // The request as data
  input_invalid: kind(400, 'Correct the field that the detail names'),
  field_unknown: kind(400, 'Leave out the field that the detail names'),
  amount_ambiguous: kind(400, 'Send the amount as a string such as "25.00"'),
  amount_invalid: kind(400, 'Send a plain decimal above zero such as "25.00", with at most 6 decimals'),
  duration_invalid: kind(400, 'Send a duration such as "30d", "12h" or "45m", at most one year'),
  idempotency_key_missing: kind(
    400,
    'Send a fresh unique key per payment (over HTTP in the header Idempotency-Key)',
  ),
  idempotency_key_invalid: kind(400, 'Use 1 to 128 printable ASCII characters as the idempotency key'),
  idempotency_key_reused: kind(422, 'Use a new key for another request, or repeat the first request exactly'),
  request_in_progress: kind(
    409,
    'The first call with this key still runs; ask again with the same key',
    true,
  ),
  // Things that are not there
  wallet_not_found: kind(404, 'Check the id of the wallet'),
  agent_not_found: kind(404, 'Check the id of the agent'),
  mandate_not_found: kind(404, 'Check the id of the mandate; an agent sees its own only'),
  card_not_found: kind(404, 'Check the id of the card; an agent sees its own only'),
  challenge_not_found: kind(
    404,
    'No code was asked for; press the button that pays first, then ask again',
    true,
  ),
  payment_not_found: kind(404, 'Check the id of the payment; an agent sees its own only'),
  approval_not_found: kind(404, 'Check the id of the approval'),
  audit_entry_not_found: kind(404, 'Check the number of the entry; it may not be checkpointed yet'),
  // Approvals
  approval_signature_invalid: kind(403, "Sign the approval with the wallet's operator key"),
  approval_already_used: kind(409, 'Open a new approval'),
  approval_expired: kind(409, 'Open a new approval and sign it within five minutes'),
  approval_stale: kind(409, 'What was to be approved has changed; open a new approval'),
  // Cards
  cards_not_configured: kind(404, 'The operator must configure an issuer of cards'),
  card_not_active: kind(409, 'Only a card that was not used yet can do this; make another one'),
  card_not_rechargeable: kind(409, 'Only a card that was not used yet can be recharged; make another one'),
  withdrawal_exceeds_unused: kind(409, 'Withdraw at most what is unused'),
  card_option_not_allowed: kind(403, "Ask for what the operator's policy for cards allows"),
  card_shortfall_open: kind(
    403,
    'A merchant took more than a card held; the operator must look before further cards are made',
  ),
  credentials_destroyed: kind(
    410,
    'The code is gone after the first charge, the number when the card closes',
  ),
  reveal_not_allowed: kind(
    403,
    'Let the wallet type the card into the page (card.fill); only the operator can be shown it',
  ),
  reveal_token_used: kind(410, 'Each right to see a card is good once, within a minute; ask for another one'),
  issuer_refused: kind(502, 'The issuer will not make this card; what was paid for it comes back by itself'),
  issuer_unavailable: kind(503, 'The issuer does not answer; ask again with the same key', true),
  webhook_signature_invalid: kind(
    401,
    'Sign the raw body with the secret that was agreed on, within five minutes',
  ),
  // Checkout pages
  checkout_unreachable: kind(
    502,
    'Give the debugging endpoint of a browser on this machine and a page that is open in it',
    true,
  ),
  checkout_endpoint_not_allowed: kind(
    403,
    'Only browsers on this machine, and those the operator admitted, can be reached',
  ),
  checkout_host_mismatch: kind(403, "Open the checkout page of the card's merchant"),
  checkout_not_secure: kind(403, 'A card is typed into https pages only'),
  checkout_form_unknown: kind(422, 'Open the step of the checkout that shows the card form'),
  checkout_total_unknown: kind(422, 'Open the step of the checkout that shows the total'),
  checkout_currency_mismatch: kind(
    422,
    'The card is in USD; choose USD, or lock more and pay where the total is in USD',
  ),
  checkout_total_exceeds_lock: kind(
    403,
    'Recharge the card, or make one for the whole total with tax and shipping',
  ),
  checkout_changed: kind(409, 'The page changed while it was filled in; nothing was sent; look again'),
  state_conflict: kind(409, 'Read the present state first; this step does not follow from it'),
  // Kill switches
  wallet_frozen: kind(403, 'The operator froze the wallet; only the operator can lift that'),
  agent_frozen: kind(403, 'The operator froze this agent; only the operator can lift that'),
  // The mandate
  mandate_not_signed: kind(403, 'Wait until the operator has signed the mandate, then pay under a new key'),
  mandate_rejected: kind(403, 'The operator rejected the mandate; request another one'),
  mandate_revoked: kind(403, 'The operator revoked the mandate; request another one'),
  mandate_paused: kind(403, 'The mandate is paused; only the operator can lift that'),
  mandate_not_started: kind(403, 'The mandate starts later; pay under a new key then'),
  mandate_expired: kind(403, 'Request a new mandate'),
  // Integrity of what is asked
  url_invalid: kind(400, 'Send an absolute https URL without credentials'),
  url_not_allowed: kind(403, 'Only public https hosts, and origins the operator admitted, can be reached'),
  header_not_allowed: kind(400, 'Leave out the header that the detail names'),
  address_not_allowed: kind(403, 'The host resolves to an address that is not public'),
  redirect_not_allowed: kind(403, 'Call the final URL itself; redirects to another origin are not followed'),
  payee_unreachable: kind(
    502,
    'The payee did not answer; nothing was paid; try again with the same key',
    true,
  ),
  response_too_large: kind(502, 'The payee answered with more than the wallet takes; nothing was paid'),
  challenge_invalid: kind(400, 'The payment challenge is not well-formed x402'),
  resource_mismatch: kind(403, 'The challenge speaks of another resource than the one that was asked for'),
  challenge_changed: kind(409, 'The payee changed its terms; decide anew under a new key'),
  no_supported_payment_option: kind(
    403,
    'The payee offers no scheme, network and asset that this wallet pays with',
  ),
  rail_not_in_scope: kind(403, 'Request a mandate that includes this rail'),
  asset_not_in_scope: kind(403, 'Request a mandate that includes this asset'),
  amount_out_of_range: kind(403, 'The payee asks for an amount that cannot be paid'),
  authorization_window_invalid: kind(403, 'The payee leaves no usable time to settle'),
  clock_skew: kind(503, "The chain's clock and the server's differ too much; the operator must look", true),
  payee_not_in_scope: kind(403, 'Request a mandate that lists this host or address'),
  payee_changed: kind(
    403,
    'The payee wants the money at another address than before; the operator must look',
  ),
  price_changed: kind(
    403,
    'The payee asks far more than before; pay another, or request a mandate that lists its address',
  ),
  payee_unverified: kind(
    403,
    "Let the wallet fetch the resource itself, or have the payee's address in the mandate",
  ),
  // Limits
  max_amount_exceeded: kind(403, 'The payee asks for more than the caller allowed for this payment'),
  payment_limit_exceeded: kind(
    403,
    'Ask for a cheaper option, or request a mandate with a higher limit per payment',
  ),
  mandate_budget_exceeded: kind(403, 'Pay at most what remains, or request another mandate'),
  period_limit_exceeded: kind(403, 'Pay at most what remains of this period, or wait for the next one'),
  daily_limit_exceeded: kind(403, 'Pay at most what remains today, or wait until tomorrow (UTC)'),
  payee_limit_exceeded: kind(403, 'Pay at most what remains for this payee'),
  payment_count_exceeded: kind(403, 'The mandate allows no further payment; request another mandate'),
  velocity_exceeded: kind(403, 'Wait before the next payment'),
  resource_limit_exceeded: kind(403, 'Too many payments for one resource; wait before the next one'),
  insufficient_balance: kind(402, 'The wallet holds too little; the operator must top it up'),
  // Our own side
  engine_unavailable: kind(
    503,
    'A part the decision needs did not answer; nothing was paid; try again',
    true,
  ),
  internal_error: kind(500, 'Something broke on our side; ask again with the same idempotency key', true),
} as const satisfies Readonly<Record<string, RefusalKind>>;

/** A public code. */
export type RefusalCode = keyof typeof REFUSALS;

/** A planned no: what it is, what it is about, and the numbers a caller can act on (amounts as decimal text). */
export type Refusal = {
  readonly outcome: 'refused';
  readonly code: RefusalCode;
  readonly detail: string;
  readonly numbers?: Readonly<Record<string, string>>;
};

/** Makes a refusal. */
export function refuse(
  code: RefusalCode,
  detail: string,
  numbers?: Readonly<Record<string, string>>,
): Refusal {
  return numbers === undefined
    ? { outcome: 'refused', code, detail }
    : { outcome: 'refused', code, detail, numbers };
}

const PRECEDENCE = new Map(Object.keys(REFUSALS).map((code, i) => [code, i]));

/** Negative when code `a` goes before `b`: the one to return when both apply. */
export function compareCodes(a: RefusalCode, b: RefusalCode): number {
  return (PRECEDENCE.get(a) ?? 0) - (PRECEDENCE.get(b) ?? 0);
}

function kind(status: number, hint: string, retryable = false): RefusalKind {
  return { status, retryable, hint };
}
