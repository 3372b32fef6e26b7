import type { Lithic } from 'lithic';
import { unitsOf } from '../../../core/card/cents.ts';
import type { MessageBody, NetworkMessage } from '../../../core/card/network.ts';
import type { CardNotice } from '../../../core/card/ports.ts';
import { centsIn } from './amount.ts';

type Step = Extract<MessageBody, { readonly kind: 'dispute' }>['step'];
type Workflow = Extract<Lithic.DisputeV2['events'][number]['data'], { readonly type: 'WORKFLOW' }>;

/**
 * A managed dispute: opened and closed by its workflow. What is moved back and forth meanwhile is provisional and says
 * nothing. What was won is won once: opened again, or closed for less, the difference is taken back.
 */
export function readDispute(dispute: Lithic.DisputeV2): readonly CardNotice[] {
  const { transaction_series: series } = dispute;
  const of = series?.related_transaction_event_token ?? series?.related_transaction_token ?? dispute.token;
  const notices: CardNotice[] = [];
  let won = 0n;
  for (const { token, created, data } of dispute.events) {
    if (data.type !== 'WORKFLOW') continue;
    const step = stepOf(data.action, data.disposition ?? dispute.disposition);
    const cents = amountOf(dispute, data, step);
    const change = (step === 'won' ? cents : 0n) - won;
    won += change;
    const about = { id: token, sentAtMs: Date.parse(created) || null, of };
    const message: NetworkMessage =
      change < 0n
        ? { ...about, kind: 'refund_reversal', amountUnits: unitsOf(-change) }
        : change > 0n
          ? { ...about, kind: 'dispute', step: 'won', amountUnits: unitsOf(change) }
          : {
              ...about,
              kind: 'dispute',
              step: step === 'lost' ? step : 'opened',
              amountUnits: unitsOf(cents),
            };
    notices.push({ token: dispute.card_token, message });
  }
  return notices;
}

/** What a step is about, in cents. Won in part, it is what came back of what was disputed, whatever the step names. */
function amountOf(
  { currency, liability_allocation: liability }: Lithic.DisputeV2,
  { amount, disposition }: Workflow,
  step: Step,
): bigint {
  const { denied_amount: denied, original_amount: original, recovered_amount: recovered } = liability;
  if (step !== 'won') return centsIn({ amount: amount ?? original, currency });
  const part = recovered > 0 ? recovered : original - denied;
  const isPart = disposition === 'PARTIALLY_WON';
  return centsIn({ amount: isPart ? part : (amount ?? (recovered || original)), currency });
}

/** A dispute filed by hand; the card is that of its transaction. Each step of it is one message. */
export function readFiledDispute(dispute: Lithic.Dispute, cardToken: string | null): CardNotice {
  if (cardToken === null) throw new RangeError('Expected a transaction of this program');
  const step = dispute.status === 'CASE_WON' ? 'won' : dispute.status === 'CASE_CLOSED' ? 'lost' : 'opened';
  const cents = centsIn({ amount: dispute.amount, currency: 'USD' });
  return {
    token: cardToken,
    message: {
      ...{
        id: `${dispute.token}:${step}`,
        sentAtMs: Date.parse(dispute.created) || null,
        kind: 'dispute',
        step,
      },
      ...{ of: dispute.transaction_token, amountUnits: unitsOf(cents) },
    },
  };
}

function stepOf(action: 'OPENED' | 'CLOSED' | 'REOPENED', disposition: string | null): Step {
  if (action !== 'CLOSED') return 'opened';
  return disposition === 'WON' || disposition === 'PARTIALLY_WON' ? 'won' : 'lost';
}
