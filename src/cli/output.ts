import type { Report } from './failure.ts';
import { jsonLine, showLine } from './text.ts';

/** Where a command says what it has to say: results on standard output, everything else on standard error. */
export type Output = {
  readonly isJson: boolean;
  /** The result: as one line of JSON for a program, or as text for a person. */
  readonly result: (value: unknown, text: () => string) => void;
  /** Something a person should know besides; a program is not told. */
  readonly note: (text: string) => void;
  /** Why there is no result. */
  readonly failure: (report: Report) => void;
};

/** Output for a person, or for a program. Text given to `result` and `note` is safe to show already. */
export function createOutput(isJson: boolean): Output {
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  const tell = (text: string) => void process.stderr.write(`${text}\n`);
  if (isJson) {
    return {
      isJson,
      result: (value) => print(jsonLine(value)),
      note: () => {},
      failure: (error) => print(jsonLine({ error })),
    };
  }
  return {
    isJson,
    result: (_value, text) => print(text()),
    note: tell,
    failure: ({ detail, hint }) => tell(`Error: ${showLine(detail)}\nHint: ${showLine(hint)}`),
  };
}
