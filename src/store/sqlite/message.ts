import type { Command } from '../../core/command.ts';
import type { Verdict } from '../../core/commit.ts';
import type { Policy } from '../../core/policy.ts';
import { StoreError, type StoreErrorCode } from '../error.ts';

/** What a writer's thread is started with. */
export type ThreadData = { readonly path: string; readonly policy: Policy };

/** What a writer's thread is sent: one batch at a time, or word to end. */
export type ThreadRequest =
  | { readonly kind: 'commit'; readonly commands: readonly Command[]; readonly nowMs: number }
  | { readonly kind: 'close' };

/** What it answers: that it is open, or could not be opened, or a batch's verdicts. */
export type ThreadReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed'; readonly error: PlainError }
  | { readonly kind: 'answered'; readonly verdicts: readonly PlainVerdict[] };

/** An error as it crosses between threads, which would lose its code. */
export type PlainError = Readonly<Record<'name' | 'message' | 'stack', string>> & {
  readonly code: string | null;
  readonly isStoreError: boolean;
};

/** A verdict as it crosses between threads. */
export type PlainVerdict = Extract<Verdict, { outcome: unknown }> | { readonly thrown: PlainError };

/** Makes a verdict ready to cross. */
export function plainVerdict(verdict: Verdict): PlainVerdict {
  return 'outcome' in verdict ? verdict : { thrown: plainError(verdict.thrown) };
}

/** Makes a verdict that crossed a verdict again. */
export function reviveVerdict(verdict: PlainVerdict): Verdict {
  return 'outcome' in verdict ? verdict : { thrown: reviveError(verdict.thrown) };
}

/** Makes an error ready to cross. */
export function plainError(thrown: unknown): PlainError {
  const error: Error & { code?: unknown } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack = '', code } = error;
  const isStoreError = error instanceof StoreError;
  return { name, message, stack, code: typeof code === 'string' ? code : null, isStoreError };
}

/** Makes an error that crossed an error again. */
export function reviveError({ name, message, stack, code, isStoreError }: PlainError): Error {
  if (isStoreError) return new StoreError(code as StoreErrorCode, message);
  return Object.assign(new Error(message), { name, stack, ...(code !== null && { code }) });
}
