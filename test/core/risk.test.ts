import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_UNITS } from '../../src/core/money.ts';
import { compareCodes, REFUSALS, type RefusalCode } from '../../src/core/refusal.ts';
import type { Decision } from '../../src/core/risk.ts';
import { nodeHash } from '../../src/store/hash.ts';
import {
  AGENT,
  AGENT_ADDRESS,
  type Ask,
  approve,
  block,
  createWallet,
  DAY_MS,
  HOST,
  idOf,
  MANDATE,
  must,
  OTHER_PAYEE,
  observe,
  offer,
  PAYEE,
  pay,
  priceOf,
  registerAgent,
  requestMandate,
  resource,
  START_MS,
  scope,
  settlementLog,
  token,
  USDC,
  WALLET,
} from './cast.ts';
import type { Memory } from './memory.ts';
import { payOk, type RiskCase, refusalOf, run } from './risk-case.ts';

const [OTHER_WALLET, OTHER_AGENT, OTHER_MANDATE] = [idOf('wal', 2), idOf('agt', 2), idOf('mand', 2)];
const OTHER_TOKEN = token('0x0000000000000000000000000000000000000c01');
const OTHER_CHAIN = token(USDC.address, 6, 'eip155:8453');
const STARTS_MS = START_MS - DAY_MS;
const ENDS_MS = START_MS + 30 * DAY_MS;
const iso = (ms: number) => new Date(ms).toISOString();
const window = { notBefore: iso(STARTS_MS), expiresAt: iso(ENDS_MS) };

const after = (action: Parameters<typeof approve>[1], subject: string) => (memory: Memory) =>
  approve(memory, action, subject);
/** A second mandate of the agent, in this state. */
const second = (end: (memory: Memory) => void): Pick<RiskCase, 'before' | 'ask'> => ({
  before: (memory) => {
    must(memory.send(requestMandate(scope(), { mandateId: OTHER_MANDATE }), START_MS));
    end(memory);
  },
  ask: { change: { mandateId: OTHER_MANDATE } },
});
const patch = (memory: Memory, change: { isPaused: boolean }) => {
  const mandate = memory.books.get('mandate', MANDATE);
  if (mandate !== null) memory.plant('mandate', { ...mandate, ...change });
};

const STANDING: Readonly<Record<string, RiskCase>> = {
  'all in good standing': { expected: 'allow' },
  'a frozen wallet': { expected: 'wallet_frozen', before: after('wallet.freeze', WALLET) },
  'a wallet that was frozen and is not any more': {
    expected: 'allow',
    before: (memory) => {
      approve(memory, 'wallet.freeze', WALLET);
      approve(memory, 'wallet.unfreeze', WALLET);
    },
  },
  'a frozen agent': { expected: 'agent_frozen', before: after('agent.freeze', AGENT) },
  'an agent that was frozen and is not any more': {
    expected: 'allow',
    before: (memory) => {
      approve(memory, 'agent.freeze', AGENT);
      approve(memory, 'agent.unfreeze', AGENT);
    },
  },
  'a revoked agent': { expected: 'agent_revoked', before: after('agent.revoke', AGENT) },
  'another agent being revoked': {
    expected: 'allow',
    before: (memory) => {
      must(memory.send(registerAgent(OTHER_AGENT), START_MS));
      approve(memory, 'agent.revoke', OTHER_AGENT);
    },
  },
  'a mandate nobody signed': { expected: 'mandate_not_signed', ...second(() => {}) },
  'a rejected mandate': { expected: 'mandate_rejected', ...second(after('mandate.reject', OTHER_MANDATE)) },
  'a revoked mandate': { expected: 'mandate_revoked', before: after('mandate.revoke', MANDATE) },
  'a paused mandate': { expected: 'mandate_paused', before: (memory) => patch(memory, { isPaused: true }) },
  'a mandate recorded as expired': {
    expected: 'mandate_expired',
    before: (memory) =>
      void must(memory.send({ type: 'mandate.expire', walletId: WALLET, mandateId: MANDATE }, ENDS_MS)),
    atMs: ENDS_MS,
  },
  'the millisecond before the mandate starts': {
    expected: 'mandate_not_started',
    atMs: STARTS_MS - 1,
    numbers: window,
  },
  'the millisecond at which it starts': { expected: 'allow', atMs: STARTS_MS },
  'the last millisecond of it': { expected: 'allow', atMs: ENDS_MS - 1 },
  'the millisecond at which it ends': { expected: 'mandate_expired', atMs: ENDS_MS, numbers: window },
  'a wallet that is not there': { expected: 'wallet_not_found', ask: { change: { walletId: OTHER_WALLET } } },
  'an agent that is not there': { expected: 'agent_not_found', ask: { change: { agentId: OTHER_AGENT } } },
  "another wallet's agent": {
    expected: 'agent_not_found',
    before: (memory) => {
      must(memory.send(createWallet(OTHER_WALLET), START_MS));
      must(memory.send(registerAgent(OTHER_AGENT, OTHER_WALLET), START_MS));
    },
    ask: { change: { agentId: OTHER_AGENT } },
  },
  'a mandate that is not there': {
    expected: 'mandate_not_found',
    ask: { change: { mandateId: OTHER_MANDATE } },
  },
  "another agent's mandate": {
    expected: 'mandate_not_found',
    before: (memory) => void must(memory.send(registerAgent(OTHER_AGENT), START_MS)),
    ask: { change: { agentId: OTHER_AGENT } },
  },
  "another payment's id": {
    expected: 'state_conflict',
    before: (memory) => void payOk(memory, pay(1)),
    ask: { change: { paymentId: idOf('pay', 1) } },
  },
  "another input's key": {
    expected: 'idempotency_key_reused',
    before: (memory) => void payOk(memory, pay(1)),
    ask: { change: { idempotencyKey: 'key-1' } },
  },
};

const offered = (change: Parameters<typeof offer>[0]) => ({ ask: { offers: [offer(change)] } });
const stated = (statedOrigin: string | null) => ({
  ask: { change: { challenge: { source: 'wallet', statedOrigin, offers: [offer()] } } } as const,
});
const skewed = (chainSkewSeconds: number | null) => ({ ask: { change: { chainSkewSeconds } } });

const INTEGRITY: Readonly<Record<string, RiskCase>> = {
  'a challenge without an option': { expected: 'no_supported_payment_option', ask: { offers: [] } },
  'a token nobody admitted': { expected: 'no_supported_payment_option', ...offered({ asset: null }) },
  'a scheme the wallet does not know': {
    expected: 'no_supported_payment_option',
    ...offered({ scheme: 'upto' }),
  },
  'the right scheme by another method': {
    expected: 'no_supported_payment_option',
    ...offered({ scheme: 'exact/permit2' }),
  },
  'the scheme in other letters': { expected: 'no_supported_payment_option', ...offered({ scheme: 'Exact' }) },
  'a rail outside the scope': { expected: 'rail_not_in_scope', scope: { rails: [] } },
  'an admitted token outside the scope': {
    expected: 'asset_not_in_scope',
    ...offered({ asset: OTHER_TOKEN }),
  },
  'the same token on another chain': { expected: 'asset_not_in_scope', ...offered({ asset: OTHER_CHAIN }) },
  'no token in the scope': { expected: 'asset_not_in_scope', scope: { assets: [] } },
  'an amount that could not be read': { expected: 'amount_out_of_range', ...offered({ priceUnits: null }) },
  'nothing to pay': { expected: 'amount_out_of_range', ...offered({ priceUnits: 0n }) },
  'less than nothing to pay': { expected: 'amount_out_of_range', ...offered({ priceUnits: -1n }) },
  'more than 64 bits to pay': { expected: 'amount_out_of_range', ...offered({ priceUnits: MAX_UNITS + 1n }) },
  'the most that 64 bits hold': {
    expected: 'mandate_budget_exceeded',
    ...offered({ priceUnits: MAX_UNITS }),
    numbers: { requested: '9223372036854.775807', wouldPass: '100.00' },
  },
  'one unit': { expected: 'allow', ...offered({ priceUnits: 1n }) },
  'four seconds to settle': { expected: 'authorization_window_invalid', ...offered({ timeoutSeconds: 4 }) },
  'five seconds to settle': { expected: 'allow', ...offered({ timeoutSeconds: 5 }) },
  'no time to settle': { expected: 'authorization_window_invalid', ...offered({ timeoutSeconds: 0 }) },
  'less than no time to settle': {
    expected: 'authorization_window_invalid',
    ...offered({ timeoutSeconds: -60 }),
  },
  'a year to settle': { expected: 'allow', ...offered({ timeoutSeconds: 31_536_000 }) },
  'no stated resource': { expected: 'allow', ...stated(null) },
  'another stated host': { expected: 'resource_mismatch', ...stated('https://evil.example') },
  'a stated host below the real one': { expected: 'resource_mismatch', ...stated(`https://a.${HOST}`) },
  'another stated scheme': { expected: 'resource_mismatch', ...stated(`http://${HOST}`) },
  'another stated port': { expected: 'resource_mismatch', ...stated(`https://${HOST}:444`) },
  'a stated resource that is no URL': { expected: 'resource_mismatch', ...stated('/v1/weather') },
  'an empty stated resource': { expected: 'resource_mismatch', ...stated('') },
  'a chain that is 30 seconds ahead': { expected: 'allow', ...skewed(30) },
  'a chain that is 30 seconds behind': { expected: 'allow', ...skewed(-30) },
  'a chain that is 31 seconds ahead': { expected: 'clock_skew', ...skewed(31) },
  'a chain that is 31 seconds behind': { expected: 'clock_skew', ...skewed(-31) },
  'a chain that says nothing of time': { expected: 'engine_unavailable', ...skewed(null) },
};

const at = (url: string, statedOrigin: string | null = null): Ask => ({
  change: { resource: resource(url), challenge: { source: 'wallet', statedOrigin, offers: [offer()] } },
});
const listed = (addresses: readonly (typeof PAYEE)[], hosts: readonly string[] = []) => ({
  scope: { payees: { addresses, hosts } },
});
const propose = (proposeHost: string, listedHosts = HOST) => ({ numbers: { proposeHost, listedHosts } });

const PAYEES: Readonly<Record<string, RiskCase>> = {
  'a host that is not listed': {
    expected: 'payee_not_in_scope',
    ask: at('https://b.example/'),
    ...propose('b.example'),
  },
  'a host below a listed one': {
    expected: 'payee_not_in_scope',
    ask: at(`https://x.${HOST}/`),
    ...propose(`x.${HOST}`),
  },
  'the domain above a listed host': {
    expected: 'payee_not_in_scope',
    ask: at('https://example.com/'),
    ...propose('example.com'),
  },
  'a listed host with more behind it': {
    expected: 'payee_not_in_scope',
    ask: at(`https://${HOST}.evil.example/`),
    ...propose(`${HOST}.evil.example`),
  },
  'a look-alike of a listed host': {
    expected: 'payee_not_in_scope',
    ask: at('https://api.exampIe.com/'.replace('I', '1')),
    ...propose('api.examp1e.com'),
  },
  'a listed host on another port of its own': { expected: 'allow', ask: at(`https://${HOST}:8443/`) },
  'nobody listed': {
    expected: 'payee_not_in_scope',
    ...listed([]),
    ...propose(HOST, ''),
  },
  'a listed address at a host that is not': { expected: 'allow', ...listed([PAYEE]) },
  'another address at a host that is not listed': {
    expected: 'payee_not_in_scope',
    ...listed([OTHER_PAYEE]),
    ...propose(HOST, ''),
  },
};

const sees =
  (priceUnits: bigint, payTo = PAYEE, url?: string) =>
  (memory: Memory) =>
    void payOk(
      memory,
      pay('seen', { offers: [offer({ priceUnits, payTo })], change: url ? { resource: resource(url) } : {} }),
    );
const asks = (change: Parameters<typeof offer>[0], url?: string): Ask => ({
  offers: [offer(change)],
  change: url ? { resource: resource(url) } : {},
});

const PINS: Readonly<Record<string, RiskCase>> = {
  'the same payee again': { expected: 'allow', before: sees(1n), ask: asks({ priceUnits: 2n }) },
  'another payee at the same path': {
    expected: 'payee_changed',
    before: sees(1n),
    ask: asks({ payTo: OTHER_PAYEE }),
  },
  'another payee behind another query': {
    expected: 'payee_changed',
    before: sees(1n),
    ask: asks({ payTo: OTHER_PAYEE }, `https://${HOST}/v1/weather?city=Rome`),
  },
  'another payee at another path': {
    expected: 'allow',
    before: sees(1n),
    ask: asks({ payTo: OTHER_PAYEE }, `https://${HOST}/v1/tides`),
  },
  'a change to a listed address': {
    expected: 'allow',
    ...listed([OTHER_PAYEE], [HOST]),
    before: sees(1n),
    ask: asks({ payTo: OTHER_PAYEE }),
  },
  'a change to what a denied request had shown': {
    expected: 'payee_changed',
    before: (memory) => {
      const dear = pay('seen', { offers: [offer({ priceUnits: 900_000_000n })] });
      expect(refusalOf(memory.send(dear, START_MS))?.code).toBe('mandate_budget_exceeded');
    },
    ask: asks({ payTo: OTHER_PAYEE }),
  },
};

const wasFree = (memory: Memory) => {
  const freeResource = pay('seen').resource;
  const key = {
    walletId: WALLET,
    agentId: AGENT,
    idempotencyKey: 'free',
    inputHash: nodeHash.sha256('free'),
  };
  const reply = { status: 200, headers: {}, bodyBase64: null, receipt: null };
  must(memory.send({ type: 'request.conclude', ...key, operation: 'x', freeResource, reply }, START_MS));
};

const TEN = { priceFactorMax: 10 };
const PRICES: Readonly<Record<string, RiskCase>> = {
  'ten times what was asked before': {
    expected: 'allow',
    policy: TEN,
    before: sees(100n),
    ask: asks({ priceUnits: 1000n }),
  },
  'more than ten times what was asked before': {
    expected: 'price_changed',
    policy: TEN,
    before: sees(100n),
    ask: asks({ priceUnits: 1001n }),
    numbers: { wouldPass: '0.001' },
  },
  'a factor the operator chose': {
    expected: 'price_changed',
    policy: { priceFactorMax: 2 },
    before: sees(100n),
    ask: asks({ priceUnits: 201n }),
    numbers: { wouldPass: '0.0002' },
  },
  'far more at another query': {
    expected: 'allow',
    policy: TEN,
    before: sees(100n),
    ask: asks({ priceUnits: 1001n }, `https://${HOST}/v1/weather?city=Rome`),
  },
  'far more for a listed address': {
    expected: 'allow',
    ...listed([PAYEE], [HOST]),
    policy: TEN,
    before: sees(100n),
    ask: asks({ priceUnits: 1001n }),
  },
  'far more, asked a second time': {
    expected: 'price_changed',
    policy: TEN,
    before: (memory) => {
      sees(100n)(memory);
      const dear = pay('dear', { offers: [offer({ priceUnits: 1001n })] });
      expect(refusalOf(memory.send(dear, START_MS))?.code).toBe('price_changed');
    },
    ask: asks({ priceUnits: 1001n }),
    numbers: { wouldPass: '0.001' },
  },
  'what was free before': {
    expected: 'price_changed',
    before: wasFree,
    ask: asks({ priceUnits: 1n }),
    numbers: { wouldPass: '0.00' },
  },
};

/** *sign*: the agent hands in the challenge; `seen` is what the wallet found when it asked itself. */
const handed = (
  change: Parameters<typeof offer>[0],
  seen: Parameters<typeof offer>[0] | null,
  isProbed = true,
): Ask => ({
  seen: seen === null ? [] : priceOf(offer(seen)),
  change: {
    mode: 'sign',
    isProbed,
    challenge: { source: 'agent', statedOrigin: `https://${HOST}`, offers: [offer(change)] },
  },
});

const SIGN: Readonly<Record<string, RiskCase>> = {
  'what the wallet sees too': { expected: 'allow', ask: handed({}, {}) },
  'less than what the wallet sees': { expected: 'allow', ask: handed({ priceUnits: 999_999n }, {}) },
  'one unit more than what the wallet sees': {
    expected: 'payee_unverified',
    ask: handed({ priceUnits: 1_000_001n }, {}),
    numbers: { wouldPass: '1.00' },
  },
  'what the wallet does not see': { expected: 'payee_unverified', ask: handed({}, null) },
  'what the wallet did not look for': { expected: 'payee_unverified', ask: handed({}, null, false) },
  "a listed host's challenge with the agent's own address in it": {
    expected: 'payee_unverified',
    ask: handed({ payTo: AGENT_ADDRESS }, null),
  },
  "the agent's own address where the wallet sees another": {
    expected: 'payee_unverified',
    ask: handed({ payTo: AGENT_ADDRESS }, {}),
  },
  'the same price in another token than the wallet sees': {
    expected: 'payee_unverified',
    scope: { assets: [USDC.id, OTHER_TOKEN.id] },
    before: (memory) => tops(memory, OTHER_TOKEN.id, 1_000_000n),
    ask: handed({ asset: OTHER_TOKEN }, {}),
  },
  'a listed address that nobody saw': { expected: 'allow', ...listed([PAYEE]), ask: handed({}, null, false) },
  'what the wallet saw and paid before': {
    expected: 'allow',
    before: sees(1_000_000n),
    ask: handed({}, null, false),
  },
  'more than the wallet paid before': {
    expected: 'payee_unverified',
    before: sees(999_999n),
    ask: handed({}, null, false),
    numbers: { wouldPass: '0.999999' },
  },
  'what the wallet saw at another query': {
    expected: 'payee_unverified',
    before: sees(1_000_000n, PAYEE, `https://${HOST}/v1/weather?city=Rome`),
    ask: handed({}, null),
  },
  'what the agent handed in before': {
    expected: 'payee_unverified',
    before: (memory) => {
      expect(refusalOf(memory.send(pay(1, handed({}, null)), START_MS))?.code).toBe('payee_unverified');
      expect(memory.all('pin')).toEqual([]);
    },
    ask: handed({}, null),
  },
  'a price that a listed address let through before': {
    expected: 'payee_unverified',
    ...listed([PAYEE], [HOST]),
    before: (memory) => void payOk(memory, pay(1, handed({}, null))),
    ask: handed({ payTo: OTHER_PAYEE }, null),
  },
};

const spent =
  (units: bigint, atMs = START_MS, n = 'spent') =>
  (memory: Memory) =>
    void payOk(memory, pay(n, { offers: [offer({ priceUnits: units })] }), atMs);
const much = (requested: string, wouldPass: string) => ({ numbers: { requested, wouldPass } });
const MIDNIGHT_MS = Date.UTC(2026, 3, 16);
const MONDAY_MS = Date.UTC(2026, 3, 20);
const MAY_MS = Date.UTC(2026, 4, 1);

const AMOUNTS: Readonly<Record<string, RiskCase>> = {
  'as much as the caller allows': { expected: 'allow', ask: { change: { maxUnits: 1_000_000n } } },
  'one unit more than the caller allows': {
    expected: 'max_amount_exceeded',
    ask: { change: { maxUnits: 999_999n } },
    ...much('1.00', '0.999999'),
  },
  'as much as one payment may be': { expected: 'allow', scope: { perPaymentUnits: 1_000_000n } },
  'one unit more than one payment may be': {
    expected: 'payment_limit_exceeded',
    scope: { perPaymentUnits: 999_999n },
    ...much('1.00', '0.999999'),
  },
  'as much as the whole budget': { expected: 'allow', scope: { totalUnits: 1_000_000n } },
  'one unit more than the whole budget': {
    expected: 'mandate_budget_exceeded',
    scope: { totalUnits: 999_999n },
    ...much('1.00', '0.999999'),
  },
  'the rest of the budget': { expected: 'allow', scope: { totalUnits: 1_000_001n }, before: spent(1n) },
  'one unit more than the rest': {
    expected: 'mandate_budget_exceeded',
    scope: { totalUnits: 1_000_001n },
    before: spent(2n),
    ...much('1.00', '0.999999'),
  },
  'a budget that is used up': {
    expected: 'mandate_budget_exceeded',
    scope: { totalUnits: 1_000_000n },
    before: spent(1_000_000n),
    ...much('1.00', '0.00'),
  },
  'a budget that is used up by what is settled': {
    expected: 'mandate_budget_exceeded',
    scope: { totalUnits: 1_000_000n },
    before: (memory) => {
      const paid = payOk(memory, pay('spent'));
      must(memory.send(observe(101, block(110, START_MS), { out: [settlementLog(paid, 105)] }), START_MS));
      expect(memory.books.get('payment', paid.id)?.state).toBe('settled');
    },
    ...much('1.00', '0.00'),
  },
  'a budget that came back': {
    expected: 'allow',
    scope: { totalUnits: 1_000_000n },
    before: (memory) => release(memory, payOk(memory, pay('spent')).id, START_MS + 120_000),
    atMs: START_MS + 120_000,
  },
  'what the wallet holds': { expected: 'allow', holds: 1_000_000n },
  'one unit more than the wallet holds': {
    expected: 'insufficient_balance',
    holds: 999_999n,
    ...much('1.00', '0.999999'),
  },
  'one unit more than the wallet holds beside its holds': {
    expected: 'insufficient_balance',
    holds: 1_999_999n,
    before: spent(1_000_000n),
    ...much('1.00', '0.999999'),
  },
  'a token the wallet has none of': {
    expected: 'insufficient_balance',
    scope: { assets: [OTHER_TOKEN.id] },
    ...offered({ asset: OTHER_TOKEN }),
    ...much('1.00', '0.00'),
  },
  'several limits at once: what passes fits them all': {
    expected: 'max_amount_exceeded',
    scope: { perPaymentUnits: 700_000n, perDayUnits: 600_000n, perPayeeUnits: 500_000n },
    holds: 650_000n,
    ask: { change: { maxUnits: 800_000n } },
    ...much('1.00', '0.50'),
  },
  'too much, and no payment left': {
    expected: 'payment_limit_exceeded',
    scope: { perPaymentUnits: 500_000n, paymentsMax: 1 },
    before: spent(1n),
    ...much('1.00', '0.00'),
  },
};

const WINDOWS: Readonly<Record<string, RiskCase>> = {
  'one unit more than the day has left': {
    expected: 'daily_limit_exceeded',
    scope: { perDayUnits: 1_000_000n },
    before: spent(1n, MIDNIGHT_MS - 1),
    atMs: MIDNIGHT_MS - 1,
    ...much('1.00', '0.999999'),
  },
  'the first millisecond of the next day': {
    expected: 'allow',
    scope: { perDayUnits: 1_000_000n },
    before: spent(1_000_000n, MIDNIGHT_MS - 1),
    atMs: MIDNIGHT_MS,
  },
  'a period of a day is the same window': {
    expected: 'daily_limit_exceeded',
    scope: { perPeriod: { limitUnits: 1_000_000n, every: 'day' } },
    before: spent(1n),
    ...much('1.00', '0.999999'),
  },
  'of two limits for a day the lower counts': {
    expected: 'daily_limit_exceeded',
    scope: { perDayUnits: 5_000_000n, perPeriod: { limitUnits: 999_999n, every: 'day' } },
    ...much('1.00', '0.999999'),
  },
  'of two limits for a day the lower counts, whichever it is': {
    expected: 'daily_limit_exceeded',
    scope: { perDayUnits: 999_999n, perPeriod: { limitUnits: 5_000_000n, every: 'day' } },
    ...much('1.00', '0.999999'),
  },
  'the last millisecond of the week': {
    expected: 'period_limit_exceeded',
    scope: { perPeriod: { limitUnits: 1_000_000n, every: 'week' } },
    before: spent(1n),
    atMs: MONDAY_MS - 1,
    ...much('1.00', '0.999999'),
  },
  'Monday, midnight': {
    expected: 'allow',
    scope: { perPeriod: { limitUnits: 1_000_000n, every: 'week' } },
    before: spent(1_000_000n, MONDAY_MS - 1),
    atMs: MONDAY_MS,
  },
  'the last millisecond of the month': {
    expected: 'period_limit_exceeded',
    scope: { perPeriod: { limitUnits: 1_000_000n, every: 'month' } },
    before: spent(1n),
    atMs: MAY_MS - 1,
    ...much('1.00', '0.999999'),
  },
  'the first, midnight': {
    expected: 'allow',
    scope: { perPeriod: { limitUnits: 1_000_000n, every: 'month' } },
    before: spent(1_000_000n, MAY_MS - 1),
    atMs: MAY_MS,
  },
  'a new month within a budget that is used up': {
    expected: 'mandate_budget_exceeded',
    scope: { totalUnits: 1_000_000n, perPeriod: { limitUnits: 1_000_000n, every: 'month' } },
    before: spent(1_000_000n, MAY_MS - 1),
    atMs: MAY_MS,
    ...much('1.00', '0.00'),
  },
  'one unit more than a host may get': {
    expected: 'payee_limit_exceeded',
    scope: { perPayeeUnits: 1_000_000n },
    before: spent(1n),
    ...much('1.00', '0.999999'),
  },
  'as much for another host': {
    expected: 'allow',
    scope: { perPayeeUnits: 1_000_000n, payees: { hosts: [HOST, 'b.example'], addresses: [] } },
    before: spent(1_000_000n),
    ask: at('https://b.example/'),
  },
  'a host does not get more by asking for another address': {
    expected: 'payee_limit_exceeded',
    scope: { perPayeeUnits: 1_000_000n },
    before: spent(1n),
    ask: asks({ payTo: OTHER_PAYEE }, `https://${HOST}/v1/tides`),
    ...much('1.00', '0.999999'),
  },
  'a listed address does not get more by being asked for at another host': {
    expected: 'payee_limit_exceeded',
    scope: { perPayeeUnits: 1_000_000n, payees: { hosts: [HOST], addresses: [PAYEE] } },
    before: spent(1n),
    ask: at('https://b.example/'),
    ...much('1.00', '0.999999'),
  },
  'the last payment of a count': { expected: 'allow', scope: { paymentsMax: 2 }, before: spent(1n) },
  'one payment more than the count': {
    expected: 'payment_count_exceeded',
    scope: { paymentsMax: 1 },
    before: spent(1n),
    numbers: { paymentsMax: '1' },
  },
  'a count that a released payment came back to': {
    expected: 'allow',
    scope: { paymentsMax: 1 },
    before: (memory) => release(memory, payOk(memory, pay('spent')).id, START_MS + 120_000),
    atMs: START_MS + 120_000,
  },
  'the third payment in the same millisecond, of two': {
    expected: 'velocity_exceeded',
    scope: { velocity: { count: 2, seconds: 10 } },
    before: (memory) => {
      spent(1n)(memory);
      spent(1n, START_MS, 'more')(memory);
    },
    numbers: { retryAt: iso(START_MS + 10_000) },
  },
  'a millisecond before the velocity window has passed': {
    expected: 'velocity_exceeded',
    scope: { velocity: { count: 1, seconds: 10 } },
    before: spent(1n),
    atMs: START_MS + 9_999,
    numbers: { retryAt: iso(START_MS + 10_000) },
  },
  'when the velocity window has passed': {
    expected: 'allow',
    scope: { velocity: { count: 1, seconds: 10 } },
    before: spent(1n),
    atMs: START_MS + 10_000,
  },
  'the second of two that leaves the velocity window': {
    expected: 'velocity_exceeded',
    scope: { velocity: { count: 2, seconds: 10 } },
    before: (memory) => {
      for (const [i, ms] of [0, 4_000, 10_000].entries()) spent(1n, START_MS + ms, `n${i}`)(memory);
    },
    atMs: START_MS + 13_999,
    numbers: { retryAt: iso(START_MS + 14_000) },
  },
  'a velocity that a released payment came back to': {
    expected: 'allow',
    scope: { velocity: { count: 1, seconds: 3600 } },
    before: (memory) => release(memory, payOk(memory, pay('spent')).id, START_MS + 120_000),
    atMs: START_MS + 120_000,
  },
  'one payment more for a resource than a minute takes': {
    expected: 'resource_limit_exceeded',
    policy: { resourcePaymentsPerMinute: 1 },
    before: spent(1n),
    ask: asks({}, `https://${HOST}/v1/weather?city=Rome`),
    atMs: START_MS + 59_999,
    numbers: { paymentsMax: '1' },
  },
  'the next minute': {
    expected: 'allow',
    policy: { resourcePaymentsPerMinute: 1 },
    before: spent(1n),
    atMs: START_MS + 60_000,
  },
  'another path in the same minute': {
    expected: 'allow',
    policy: { resourcePaymentsPerMinute: 1 },
    before: spent(1n),
    ask: asks({}, `https://${HOST}/v1/tides`),
  },
};

const PRECEDENCE: Readonly<Record<string, RiskCase>> = {
  'an agent that is revoked before a wallet that is frozen': {
    expected: 'agent_revoked',
    before: (memory) => {
      approve(memory, 'wallet.freeze', WALLET);
      approve(memory, 'agent.revoke', AGENT);
    },
  },
  'a frozen wallet before a mandate that has ended': {
    expected: 'wallet_frozen',
    before: after('wallet.freeze', WALLET),
    atMs: ENDS_MS,
  },
  'a revoked mandate before its end': {
    expected: 'mandate_revoked',
    before: after('mandate.revoke', MANDATE),
    atMs: ENDS_MS,
  },
  'who may pay before what is asked': {
    expected: 'mandate_expired',
    atMs: ENDS_MS,
    ask: { offers: [] },
    numbers: window,
  },
  'a stopped payment before a clock that is off': {
    expected: 'resource_mismatch',
    ask: {
      change: {
        chainSkewSeconds: null,
        challenge: { source: 'wallet', statedOrigin: 'https://evil.example', offers: [offer()] },
      },
    },
  },
  'a hard limit before a question to the operator': {
    expected: 'mandate_budget_exceeded',
    scope: { totalUnits: 1n },
    ask: handed({}, null),
    ...much('1.00', '0.000001'),
  },
  'of two limits the one listed first': {
    expected: 'payment_limit_exceeded',
    scope: { perPaymentUnits: 2n, totalUnits: 1n },
    ...much('1.00', '0.000001'),
  },
};

const TABLES = { STANDING, INTEGRITY, PAYEES, PINS, PRICES, SIGN, AMOUNTS, WINDOWS, PRECEDENCE };
const ROWS = Object.values(TABLES).flatMap((table) => Object.entries(table));

test.each(ROWS)('%s', (_, given) => {
  const { outcome } = run(given);
  const refusal = refusalOf(outcome);
  expect(refusal?.code ?? 'allow').toBe(given.expected);
  if (given.expected !== 'allow') expect(refusal?.numbers).toEqual(given.numbers);
});

test('the tables reach every code that a decision on a payment can return', () => {
  const rooms = ['risk', 'standing', 'integrity', 'offer', 'limits', 'window', 'authorize'];
  const source = rooms
    .map((name) => readFileSync(new URL(`../../src/core/${name}.ts`, import.meta.url), 'utf8'))
    .join();
  const named = (Object.keys(REFUSALS) as RefusalCode[]).filter((code) => source.includes(`'${code}'`));
  const reached = new Set<string>(ROWS.map(([, given]) => given.expected));
  // For renewing a payment that is not there.
  expect(named.filter((code) => !reached.has(code))).toEqual(['payment_not_found']);
});

const ROW = fc.constantFrom(...ROWS.map(([, given]) => given));

test('of all rules that say no, the one the table of codes lists first is returned; a question comes last', () => {
  fc.assert(
    fc.property(ROW, ROW, ROW, (a, b, c) => {
      const mixed = mix(a, mix(b, c));
      const { memory, outcome } = run(mixed);
      if (outcome.outcome === 'refused') return;
      const entry = memory
        .all('entry')
        .find(({ seq, chain }) => seq === outcome.payment.decisionSeq && chain === WALLET);
      const { decision } = JSON.parse(entry?.body ?? '') as { decision: Decision };
      const stops = decision.trace.flatMap((hit) =>
        hit.refusal ? [{ ...hit.refusal, kind: hit.outcome }] : [],
      );
      const hard = stops.filter(({ kind }) => kind === 'deny');
      const [first] = (hard.length > 0 ? hard : stops).map(({ code }) => code).sort(compareCodes);
      expect(outcome.payment.refusal?.code).toBe(first);
      expect(outcome.payment.state).toBe(first === undefined ? 'reserved' : 'denied');
    }),
    { numRuns: 1500 },
  );
});

/** Books a deposit of a token. */
function tops(memory: Memory, assetId: typeof USDC.id, valueUnits: bigint): void {
  const to = block(104, START_MS);
  const place = { txHash: 'aa', logIndex: 0, blockNumber: 104, blockHash: to.hash };
  const log = { assetId, from: PAYEE, to: OTHER_PAYEE, valueUnits, ...place };
  must(memory.send(observe(101, to, { in: [log] }), START_MS));
}

/** Both lines at once; where both set the same thing, the first counts. */
function mix(a: RiskCase, b: RiskCase): RiskCase {
  return {
    ...b,
    ...a,
    scope: { ...b.scope, ...a.scope },
    ask: { ...b.ask, ...a.ask, change: { ...b.ask?.change, ...a.ask?.change } },
    before: (memory) => {
      for (const { before } of [b, a]) attempt(() => before?.(memory));
    },
  };
}

function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // What is arranged for one line may not be possible after another's.
  }
}

function release(memory: Memory, paymentId: ReturnType<typeof idOf<'pay'>>, atMs: number): void {
  const to = block(110, atMs);
  must(memory.send(observe(101, to), atMs));
  const proof = {
    kind: 'released',
    blockNumber: to.number,
    blockHash: to.hash,
    blockSeconds: to.seconds,
  } as const;
  must(memory.send({ type: 'payment.release', walletId: WALLET, paymentId, proof }, atMs));
}
