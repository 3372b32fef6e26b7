/** What the process says to the shell when it ends. */
export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  /** Not finished: ask again with the same key. */
  pending: 4,
  internal: 70,
  /** The person pressed Ctrl-C: 128 and the number of that signal. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a person or a program is told when a command does not succeed. */
export type Report = {
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly numbers?: Readonly<Record<string, string>>;
  /** The key to ask again with. */
  readonly idempotencyKey?: string;
};

/** A command that cannot go on: what is wrong, what would help, and how the process ends. */
export class Failure extends Error {
  readonly report: Report;
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, report: Report, options?: ErrorOptions) {
    super(report.detail, options);
    this.name = 'Failure';
    this.report = report;
    this.exitCode = exitCode;
  }
}

/** A command that was typed or set up wrong. */
export function misuse(code: string, detail: string, hint: string): Failure {
  return new Failure(EXIT.usage, { code, detail, hint, retryable: false });
}

/** Something this program checked itself and does not accept. */
export function rejection(code: string, detail: string, hint: string): Failure {
  return new Failure(EXIT.refused, { code, detail, hint, retryable: false });
}
