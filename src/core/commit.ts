import { type Books, openDraft, type Write } from './books.ts';
import type { Command, Outcome } from './command.ts';
import type { Hash } from './hash.ts';
import type { Policy } from './policy.ts';

/** What a decision may look at besides the books. One reading of the clock per commit. */
export type Env = { readonly nowMs: number; readonly hash: Hash; readonly policy: Policy };

/** Decides one command on a draft: pure, and idempotent by the ids the command carries. */
export type Decide = (draft: ReturnType<typeof openDraft>, command: Command, env: Env) => Outcome;

/** What became of one command of a batch: its outcome, or what it threw. */
export type Verdict = { readonly outcome: Outcome } | { readonly thrown: unknown };

/** The verdicts, in the order of the commands, and everything to write for them. */
export type Batch = { readonly verdicts: readonly Verdict[]; readonly writes: readonly Write[] };

/** Decides commands one after the other, each seeing those before it. One that is refused or throws writes nothing. */
export function decideBatch(
  books: Books,
  commands: readonly Command[],
  by: { decide: Decide; env: Env },
): Batch {
  const batch = openDraft(books);
  const verdicts = commands.map((command): Verdict => {
    const draft = openDraft(batch);
    try {
      const outcome = by.decide(draft, command, by.env);
      if (outcome.outcome === 'ok') for (const write of draft.writes()) batch.put(write.table, write.record);
      return { outcome };
    } catch (error) {
      return { thrown: error };
    }
  });
  return { verdicts, writes: batch.writes() };
}
