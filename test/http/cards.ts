import { createWallet, RefusalError, type Wallet } from '@fluxa/sdk';
import type { Approval } from '../../src/core/approval.ts';
import type { Payback } from '../../src/core/card/payback.ts';
import type { Filler, Treasury } from '../../src/core/card/ports.ts';
import type { CardId } from '../../src/core/id.ts';
import type { Authorization } from '../../src/core/payment.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { Clock } from '../../src/core/ports.ts';
import { createCardDesk, type OpenDesk } from '../../src/operations/card-desk.ts';
import { type CardRound, createCardRound } from '../../src/operations/card-round.ts';
import type { CardParts } from '../../src/operations/cards.ts';
import { approvalDigest, messageOf } from '../../src/protocol/approval.ts';
import { toHex } from '../../src/protocol/hex.ts';
import { sign } from '../../src/protocol/secp256k1.ts';
import { createSandboxIssuer } from '../../src/rails/card/sandbox.ts';
import { BASE_SEPOLIA } from '../../src/rails/evm/registry.ts';
import { openSigner } from '../../src/rails/evm/signer.ts';
import { signerPort } from '../../src/rails/x402/payment.fixture.ts';
import type { TypedCard } from '../../src/sandbox/issuer/acquirer.ts';
import { openSandboxIssuer, type SandboxIssuer } from '../../src/sandbox/issuer/issuer.ts';
import { OPERATOR_KEY, PAYMENT_KEY, START_MS, startWorld, TOKENS, USDC, type World } from './world.ts';

/** Where the money behind the cards is kept. */
const TREASURY = '0x00000000000000000000000000000000000000fe';
export const SHOP = 'shop.example';
/** How the card network words the shop. */
export const MERCHANT = { name: 'SHOP EXAMPLE', mcc: '5734', country: 'US' };

/** How long an acknowledged freeze waits for decisions before it: that passes by itself. */
const SHORT_MS = 100;

/** A clock that stands still until it is moved; whoever waits goes on when it has come that far. */
export type StandingClock = Clock & { readonly advance: (ms: number) => void };

/** A clock that stands at the beginning of these tests. */
function standingClock(): StandingClock {
  let nowMs = START_MS;
  let waiting: { readonly atMs: number; readonly resolve: () => void }[] = [];
  const advance = (ms: number) => {
    nowMs += ms;
    const due = waiting.filter(({ atMs }) => atMs <= nowMs);
    waiting = waiting.filter(({ atMs }) => atMs > nowMs);
    for (const { resolve } of due) resolve();
  };
  const wait = async (ms: number) => {
    if (ms <= SHORT_MS) return advance(ms);
    await new Promise<void>((resolve) => waiting.push({ atMs: nowMs + ms, resolve }));
  };
  return { nowMs: () => nowMs, wait, advance };
}

/** A treasury that does what it is asked at once, by its nonce once, and says what it did. */
export type TreasuryDouble = Treasury & {
  readonly taken: Map<string, Authorization>;
  readonly sent: Map<string, Payback>;
  /** How many calls came. */
  readonly calls: { take: number; payBack: number };
  /** The next so many calls fail, before or after they did it. */
  readonly fail: (when: 'before' | 'after', times: number) => void;
};

function openTreasury(): TreasuryDouble {
  const taken = new Map<string, Authorization>();
  const sent = new Map<string, Payback>();
  const calls = { take: 0, payBack: 0 };
  const left = { before: 0, after: 0 };
  const answer = async (act: () => void, nonce: string) => {
    if (left.before > 0) {
      left.before -= 1;
      throw new Error('The treasury does not answer');
    }
    act();
    if (left.after > 0) {
      left.after -= 1;
      throw new Error('The answer was lost');
    }
    return { txHash: `0x${nonce.slice(-8).padStart(64, '0')}` };
  };
  return {
    taken,
    sent,
    calls,
    fail: (when, times) => {
      left[when] = times;
    },
    take: (authorization) => {
      calls.take += 1;
      return answer(() => taken.set(authorization.nonce, authorization), authorization.nonce);
    },
    payBack: (payback) => {
      calls.payBack += 1;
      return answer(() => sent.set(payback.nonce, payback), payback.nonce);
    },
  };
}

/** A wallet that makes cards of the sandbox's issuer, over HTTP on both sides; only treasury and chain are played. */
export type CardWorld = {
  readonly world: World;
  readonly issuer: SandboxIssuer;
  readonly treasury: TreasuryDouble;
  readonly clock: StandingClock;
  readonly desk: OpenDesk;
  readonly round: CardRound;
  readonly logged: readonly string[];
  readonly agent: Wallet;
  readonly other: Wallet;
  readonly operator: Wallet;
  /** A mandate of so many dollars for the shop and its twin, asked for by the agent and signed. */
  readonly mandate: (amount?: string) => Promise<string>;
  /** Signs an action as the operator. */
  readonly approve: (action: Approval['action'], subject: string) => Promise<void>;
  /** A card that can be charged. */
  readonly card: (amount: string, mandate?: string) => Promise<CardId>;
  /** What is printed on a card, as its issuer knows it. */
  readonly typed: (card: string) => Promise<TypedCard>;
  /** Has the chain prove what the treasury did since it was last asked. */
  readonly prove: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type CardOpening = {
  readonly filler?: Filler;
  readonly policy?: Partial<typeof DEFAULT_POLICY.card>;
  readonly feeCents?: bigint;
  readonly openingUnits?: bigint;
};

/** Opens it, with 200 dollars unless another sum is given. */
export async function openCardWorld(opening: CardOpening = {}): Promise<CardWorld> {
  const { filler = null, openingUnits = 200_000_000n, feeCents = 0n } = opening;
  const clock = standingClock();
  const policy = { ...DEFAULT_POLICY, card: { ...DEFAULT_POLICY.card, ...opening.policy } };
  const inbox = { url: '' };
  const issuer = await openSandboxIssuer({
    dialect: 'sandbox',
    clock,
    retryMs: 0,
    feeCents,
    inboxUrl: () => `${inbox.url}/v1/issuers/sandbox`,
  });
  const treasury = openTreasury();
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);
  const opened: { desk: OpenDesk | null } = { desk: null };
  const cards = (
    books: Parameters<NonNullable<NonNullable<Parameters<typeof startWorld>[0]>['cards']>>[0],
  ) => {
    const desk = createCardDesk({ ...books, policy: policy.card, log });
    opened.desk = desk;
    return {
      issuer: createSandboxIssuer({ url: issuer.apiUrl, ...issuer.secrets, desk, clock }),
      treasury,
      treasuryAddress: TREASURY,
      assetId: USDC.id,
      signer: signerPort(openSigner({ privateKey: PAYMENT_KEY, domains: new Map([domain()]) })),
      cardholder: { name: 'Ada Example', email: null, address: null },
      filler,
      plainOrigins: new Set(),
    } satisfies CardParts;
  };
  const world = await startWorld({ context: { clock, policy }, cards });
  inbox.url = world.url;
  const { desk } = opened;
  if (desk === null) throw new Error('No desk was opened');
  const { context, url } = world;
  const { store, walletId } = context;
  const { network } = BASE_SEPOLIA;
  const balances = [{ assetId: USDC.id, amountUnits: openingUnits }];
  await store.commit({ type: 'chain.open', walletId, network, block: blockAt(1, START_MS), balances });

  const [agent, other, operator] = [TOKENS.agent, TOKENS.other, TOKENS.operator].map((token) =>
    createWallet({ url, token, attempts: 1 }),
  ) as [Wallet, Wallet, Wallet];
  const approve = async (action: Approval['action'], subject: string) => {
    const { id } = await operator.approval.open({ action, subject });
    const record = (await store.read.get('approval', id)) as Approval;
    const signature = toHex(sign(approvalDigest(messageOf(record)), OPERATOR_KEY));
    await createWallet({ url }).approval.sign({ approval: id, signature });
  };
  const mandate = async (amount = '100.00') => {
    const hosts = [SHOP, `www.${SHOP}`];
    const made = await agent.payment.request({ amount, intent: 'Things', duration: '30d', hosts });
    await approve('mandate.approve', made.mandate.id);
    return made.mandate.id;
  };
  const proved = { block: 1, nonces: new Set<string>() };
  return {
    ...{ world, issuer, treasury, clock, desk, logged, agent, other, operator, approve, mandate },
    round: createCardRound({ context, desk, log }),
    card: async (amount, given) => {
      const { card } = await agent.card.create({ amount, mandate: given ?? (await mandate()) });
      return card.id as CardId;
    },
    typed: async (reference) => {
      const token = issuer.network.find({ reference })?.token ?? '';
      const secrets = issuer.network.registry.reveal(token);
      if (secrets === null) throw new Error('The issuer shows this card no more');
      return secrets;
    },
    prove: async () => {
      proved.block += 1;
      const fresh = (nonce: string) => !proved.nonces.has(nonce);
      const at = { assetId: USDC.id, blockNumber: proved.block, blockHash: hashOf(proved.block) };
      const taken = [...treasury.taken.values()].filter(({ nonce }) => fresh(nonce));
      const sent = [...treasury.sent.values()].filter(({ nonce }) => fresh(nonce));
      const out = await Promise.all(
        taken.map(async ({ from, to, nonce, valueUnits }, logIndex) => {
          const paymentId = (await store.read.paymentByNonce(nonce))?.id ?? null;
          return { ...at, from, to, nonce, valueUnits, logIndex, txHash: nonce, paymentId };
        }),
      );
      const back = sent.map(({ from, to, nonce, amountUnits: valueUnits, id: paybackId }, i) => {
        return { ...at, from, to, nonce, valueUnits, logIndex: taken.length + i, txHash: nonce, paybackId };
      });
      for (const { nonce } of [...taken, ...sent]) proved.nonces.add(nonce);
      const to = blockAt(proved.block, clock.nowMs());
      const range = { walletId, network, fromBlock: proved.block, to };
      const seen = await store.commit({ type: 'chain.observe', ...range, out, in: back });
      if (seen.outcome === 'refused') throw new Error(`${seen.code}: ${seen.detail}`);
    },
    close: async () => {
      await issuer.close();
      await world.close();
    },
  };
}

function domain() {
  const { id, domainName: name, domainVersion: version, address: verifyingContract } = USDC;
  return [id, { name, version, chainId: 84_532, verifyingContract }] as const;
}

function blockAt(number: number, atMs: number) {
  return { number, hash: hashOf(number), seconds: Math.floor(atMs / 1000) };
}

function hashOf(number: number): string {
  return `0x${number.toString(16).padStart(64, '0')}`;
}

/** The code a call is refused with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(() => null).catch((reason) => reason);
  if (error instanceof RefusalError) return error.code;
  throw new Error('The call was not refused', { cause: error });
}
