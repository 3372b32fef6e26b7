import type { PaymentExecuteOutput, Wallet } from '../../../sdk/src/index.ts';
import { RefusalError } from '../../../sdk/src/index.ts';

/** Tells the story on the terminal, and remembers what was not as it should be. */
export type Stage = {
  readonly say: (text?: string) => void;
  readonly act: (title: string) => void;
  /** Shows whether something is so; the demo fails if it is not. */
  readonly check: (claim: string, isSo: boolean) => void;
  readonly failures: () => readonly string[];
};

/** Opens a stage that writes lines. */
export function openStage(write: (line: string) => void): Stage {
  const failures: string[] = [];
  return {
    say: (text = '') => write(text.replace(/^/gm, '  ').trimEnd()),
    act: (title) => write(`\n■ ${title}`),
    check: (claim, isSo) => {
      write(`  ${isSo ? '✓' : '✗ NOT SO:'} ${claim}`);
      if (!isSo) failures.push(claim);
    },
    failures: () => failures,
  };
}

/** What came of one attempt to pay. */
export type Attempt =
  | { readonly kind: 'paid'; readonly output: PaymentExecuteOutput }
  | { readonly kind: 'refused'; readonly refusal: RefusalError };

/** Pays, or catches the wallet's no. */
export async function attempt(
  agent: Wallet,
  what: { readonly url: string; readonly mandate: string; readonly key: string },
): Promise<Attempt> {
  const { url, mandate, key: idempotencyKey } = what;
  try {
    return { kind: 'paid', output: await agent.payment.execute({ url, mandate }, { idempotencyKey }) };
  } catch (error) {
    if (error instanceof RefusalError) return { kind: 'refused', refusal: error };
    throw error;
  }
}

/** The wallet's reason, as the agent gets it. */
export function reasonOf({ code, message, hint, numbers }: RefusalError): string {
  const figures = Object.entries(numbers).filter(([name]) => name !== 'paymentId');
  const shown = figures.map(([name, value]) => `${name} ${value}`).join(', ');
  return `${code}: ${message}\n  ${hint}${shown === '' ? '' : `\n  ${shown}`}`;
}
