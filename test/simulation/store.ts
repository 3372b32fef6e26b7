import type { Write } from '../../src/core/books.ts';
import type { Command, CommandName, Outcome, OutcomeOf } from '../../src/core/command.ts';
import { type Decide, decideBatch, type Verdict } from '../../src/core/commit.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Clock, Reader, Store } from '../../src/core/ports.ts';
import { StoreError } from '../../src/store/error.ts';
import { nodeHash } from '../../src/store/hash.ts';
import type { Timeline } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Process, Result } from './process.ts';
import type { Dice } from './random.ts';
import type { Vault } from './vault.ts';

/** What a planted bug may change of a store. */
export type StoreFlaws = {
  /** Answers commands of this name before they are durable. */
  readonly answersEarly?: CommandName;
  /** Called with a command that is durable and whose answer is lost. */
  readonly onReplyLost?: (vault: Vault, command: Command) => void;
};

/** What a store of one process runs on; the vault is what it leaves behind. */
export type StoreOptions = {
  readonly process: Process;
  readonly vault: Vault;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly policy: Policy;
  readonly decide: Decide;
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly faults: Faults;
  readonly flaws: StoreFlaws;
  /** Called whenever something became durable. */
  readonly onDurable: (writes: readonly Write[]) => void;
};

type Waiter = { readonly command: Command; readonly answer: (result: Result<Outcome>) => void };

const BATCH_MAX = 8;

/** Opens a store: one batch under way at a time, decided in order, durable all at once, answered after that. */
export function openStore(options: StoreOptions): Store {
  const { process, vault, clock, policy, decide, timeline, dice, faults, flaws, onDurable } = options;
  const queue: Waiter[] = [];
  let isBusy = false;
  let lastMs = 0;

  function schedule(): void {
    if (isBusy || queue.length === 0) return;
    isBusy = true;
    timeline.after(dice.below(3), 'batch begins', begin);
  }

  function begin(): void {
    if (!process.isAlive()) return;
    const batch = queue.splice(0, dice.between(1, BATCH_MAX));
    lastMs = Math.max(lastMs, clock.nowMs());
    const nowMs = lastMs;
    const env = { nowMs, hash: nodeHash, policy };
    const early = batch.filter(({ command }) => command.type === flaws.answersEarly);
    if (early.length > 0) {
      const commands = early.map(({ command }) => command);
      answerAll(early, decideBatch(vault.books, commands, { decide, env }).verdicts);
    }
    const delayMs = faults.happens('commit slow', 0.08) ? dice.between(30, 900) : dice.between(1, 6);
    timeline.after(delayMs, 'batch ends', () => process.isAlive() && end(batch, nowMs));
  }

  function end(batch: readonly Waiter[], nowMs: number): void {
    isBusy = false;
    schedule();
    if (faults.happens('commit failed', 0.03)) return void rejectAll(batch, 'Nothing was written');
    const commands = batch.map(({ command }) => command);
    const env = { nowMs, hash: nodeHash, policy };
    const { verdicts, writes } = decideBatch(vault.books, commands, { decide, env });
    vault.apply(writes);
    for (const [i, verdict] of verdicts.entries()) timeline.note(`${commands[i]?.type} ${said(verdict)}`);
    onDurable(writes);
    if (faults.happens('commit reply lost', 0.04)) {
      for (const command of commands) flaws.onReplyLost?.(vault, command);
      return void rejectAll(batch, 'The answer was lost');
    }
    answerAll(batch, verdicts);
  }

  function answerAll(batch: readonly Waiter[], verdicts: readonly Verdict[]): void {
    for (const [i, { answer }] of batch.entries()) {
      const verdict = verdicts[i] as Verdict;
      const delayMs = faults.happens('commit reply late', 0.25)
        ? dice.between(5, dice.pick([45, 300]))
        : dice.below(2);
      timeline.after(delayMs, 'commit reply', () =>
        answer('outcome' in verdict ? { value: verdict.outcome } : { error: verdict.thrown }),
      );
    }
  }

  function rejectAll(batch: readonly Waiter[], why: string): void {
    for (const { answer } of batch) answer({ error: new StoreError('outcome_unknown', why) });
  }

  const commit = <K extends CommandName>(command: Command<K>) =>
    process.ask<OutcomeOf<K>>(`commit ${command.type}`, (answer) => {
      queue.push({ command: command as unknown as Command, answer: answer as Waiter['answer'] });
      schedule();
    });

  return { commit, read: openReader(options), close: async () => undefined };
}

function said(verdict: Verdict): string {
  if ('thrown' in verdict) return `threw ${String(verdict.thrown)}`;
  const { outcome } = verdict;
  if (outcome.outcome === 'refused') return outcome.code;
  return 'payment' in outcome ? `${outcome.payment.id} ${outcome.payment.state}` : 'ok';
}

/** Every question takes a moment, and is answered with what is durable then. */
function openReader({ process, vault, timeline, dice, faults }: StoreOptions): Reader {
  const { queries } = vault;
  const question =
    (name: keyof Reader) =>
    (...asked: readonly unknown[]) =>
      process.ask(`read ${name}`, (answer) =>
        timeline.after(dice.below(2), `read ${name}`, () => {
          if (faults.happens('read failed', 0.004)) {
            answer({ error: new StoreError('outcome_unknown', 'The books could not be read') });
          } else {
            answer({ value: (queries[name] as (...asked: readonly unknown[]) => unknown)(...asked) });
          }
        }),
      );
  const names = Object.keys(queries) as (keyof Reader)[];
  return Object.fromEntries(names.map((name) => [name, question(name)])) as unknown as Reader;
}
