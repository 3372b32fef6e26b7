import type { Action } from './approval.ts';
import { cleanText } from './intent.ts';
import type { Mandate, Terms } from './mandate.ts';
import { formatBudget } from './money.ts';
import type { Scope } from './scope.ts';

/** The version of the wording. A change of what is said for the same terms is a new one; old ones stay. */
export const WORDS_VERSION = 1;

/** What an approval is about: the parts of its terms that have words. */
export type Subject = {
  readonly wallet: { readonly id: string; readonly name: string };
  readonly agent?: { readonly id: string; readonly name: string };
  readonly mandate?: Pick<Mandate, 'id'>;
  readonly card?: { readonly id: string; readonly lastFour: string };
  readonly terms?: Terms;
};

/** The terms of an approval: the action and what it is about. Their canonical JSON is what the digest covers. */
export type ApprovalTerms = { readonly action: Action } & Subject;

/** The terms in words, for a human to read before signing. Text an agent wrote stands in quotation marks. */
export function describe(terms: ApprovalTerms): string {
  return [headline(terms), ...(terms.terms === undefined ? [] : scopeLines(terms.terms))].join('\n');
}

function headline({ action, wallet, agent, mandate, terms, card }: ApprovalTerms): string {
  const who = `agent ${quote(agent?.name ?? '')} (${agent?.id ?? ''})`;
  const pot = `wallet ${quote(wallet.name)} (${wallet.id})`;
  switch (action) {
    case 'mandate.approve':
      return `Allow ${who} to spend up to ${formatBudget(terms?.scope.totalUnits ?? 0n)} USD from ${pot}`;
    case 'mandate.reject':
      return `Reject the mandate ${mandate?.id ?? ''} of ${who}`;
    case 'mandate.revoke':
      return `Revoke the mandate ${mandate?.id ?? ''} of ${who}: no further payment under it`;
    case 'agent.freeze':
      return `Freeze ${who}: it cannot pay until you lift this`;
    case 'agent.unfreeze':
      return `Lift the freeze of ${who}`;
    case 'agent.revoke':
      return `Revoke ${who} for good`;
    case 'wallet.freeze':
      return `Freeze ${pot}: nobody can pay from it until you lift this`;
    case 'wallet.unfreeze':
      return `Lift the freeze of ${pot}`;
    case 'card.unfreeze':
      return `Lift the freeze of the card ending in ${card?.lastFour ?? ''} (${card?.id ?? ''}) of ${who}`;
  }
}

function scopeLines({ mandateId, version, intent, removed, scope }: Terms): readonly string[] {
  const { hosts, addresses } = scope.payees;
  return [
    `Purpose, in the agent's words: ${quote(intent)}`,
    ...(removed.length > 0 ? [`Hidden characters taken out of those words: ${removed.join(' ')}`] : []),
    `Hosts it may pay: ${hosts.length > 0 ? hosts.join(', ') : 'none by name'}`,
    `Addresses it may pay: ${addresses.length > 0 ? addresses.join(', ') : 'none besides'}`,
    ...limitLines(scope),
    `From ${new Date(scope.notBeforeMs).toISOString()} until ${new Date(scope.expiresAtMs).toISOString()}`,
    `Rails: ${scope.rails.join(', ')}; assets: ${scope.assets.join(', ')}`,
    `Mandate ${mandateId}, version ${version}`,
  ];
}

function limitLines(scope: Scope): readonly string[] {
  const money = (label: string, units: bigint | undefined) =>
    units === undefined ? [] : [`${label}: ${formatBudget(units)} USD`];
  const { perPeriod, paymentsMax, velocity } = scope;
  return [
    ...money('At most per payment', scope.perPaymentUnits),
    ...money('At most per day (UTC)', scope.perDayUnits),
    ...money('At most per payee', scope.perPayeeUnits),
    ...(perPeriod === undefined
      ? []
      : money(`At most per period of a ${perPeriod.every} (UTC)`, perPeriod.limitUnits)),
    ...(paymentsMax === undefined ? [] : [`At most ${paymentsMax} payments`]),
    ...(velocity === undefined
      ? []
      : [`At most ${velocity.count} payments in any ${velocity.seconds} seconds`]),
  ];
}

function quote(text: string): string {
  return `“${cleanText(text).text}”`;
}
