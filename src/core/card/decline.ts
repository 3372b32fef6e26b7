/** What a merchant may do after a no. */
export type Retry = 'never' | 'later' | 'corrected' | 'lower_amount' | 'authenticated';

/** Every reason for which an authorization is declined, and what a shop may make of it. */
export const DECLINES = {
  card_not_active: { retry: 'later', hint: 'The card is not issued yet' },
  card_frozen: { retry: 'later', hint: 'The operator must lift the freeze' },
  card_closed: { retry: 'never', hint: 'The card is dead; make another one' },
  card_used: { retry: 'never', hint: 'The card took its one charge; make one card per charge' },
  cvv_mismatch: { retry: 'corrected', hint: 'The security code was wrong' },
  cvv_required: { retry: 'corrected', hint: 'The shop must send the security code' },
  expiry_mismatch: { retry: 'corrected', hint: 'The expiry date was wrong' },
  cash_not_allowed: { retry: 'never', hint: 'The card takes no cash' },
  mcc_not_allowed: { retry: 'never', hint: 'The card is not for this kind of merchant' },
  country_not_allowed: { retry: 'never', hint: 'The card is not for merchants of this country' },
  merchant_not_allowed: { retry: 'never', hint: 'The card is locked to another merchant' },
  merchant_initiated_not_allowed: { retry: 'never', hint: 'Only the cardholder can start a charge' },
  verification_limit: { retry: 'never', hint: 'The card was checked too often' },
  threeds_required: { retry: 'authenticated', hint: 'The cardholder must pass a 3-D Secure challenge first' },
  amount_exceeds_locked: {
    retry: 'lower_amount',
    hint: 'The charge is above the lock; recharge the card or lock the total with tax and shipping',
  },
  original_not_found: { retry: 'never', hint: 'There is no such authorization' },
  issuer_timeout: { retry: 'later', hint: 'The answer came too late; nothing was booked' },
} as const satisfies Readonly<Record<string, { readonly retry: Retry; readonly hint: string }>>;

/** Why an authorization was declined. */
export type DeclineReason = keyof typeof DECLINES;
