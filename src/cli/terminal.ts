import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { EXIT, Failure, misuse } from './failure.ts';

const CONTROLLING_TERMINAL = '/dev/tty';
const PASSPHRASE_MIN = 8;

/**
 * Asks for a secret at the terminal the process belongs to, without showing what is typed. Never from a pipe, a flag,
 * a file or the environment: there is no other way in.
 */
export async function askSecret(question: string): Promise<string> {
  const terminal = openTerminal();
  // Readline edits the line and would show it; what it writes goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.input, output: nowhere, terminal: true, historySize: 0 });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => reject(interrupted()));
      lines.once('close', () => reject(interrupted()));
      terminal.write(question);
      lines.question('', resolve);
    });
  } finally {
    lines.close();
    terminal.input.destroy();
    terminal.write('\n');
  }
}

/** Asks for a new secret twice, so that a slip of the finger locks nobody out. */
export async function askNewSecret(question: string): Promise<string> {
  const first = await askSecret(`${question}: `);
  if (Array.from(first).length < PASSPHRASE_MIN) {
    throw misuse(
      'passphrase_too_short',
      `The passphrase has fewer than ${PASSPHRASE_MIN} characters`,
      'Choose a longer one, such as five random words',
    );
  }
  const second = await askSecret(`${question}, again: `);
  if (first === second) return first;
  throw misuse(
    'passphrase_mismatch',
    'The two passphrases differ',
    'Start again and type the same one twice',
  );
}

function openTerminal(): { readonly input: ReadStream; readonly write: (text: string) => void } {
  if (process.platform === 'win32') {
    if (!process.stdin.isTTY) throw noTerminal();
    return { input: new ReadStream(0), write: (text) => void process.stderr.write(text) };
  }
  try {
    const input = new ReadStream(openSync(CONTROLLING_TERMINAL, 'r'));
    const output = openSync(CONTROLLING_TERMINAL, 'w');
    return { input, write: (text) => void writeSync(output, text) };
  } catch (cause) {
    throw noTerminal(cause);
  }
}

function noTerminal(cause?: unknown): Failure {
  return new Failure(
    EXIT.usage,
    {
      code: 'terminal_missing',
      detail: 'There is no terminal to ask for the passphrase at',
      hint: 'Run this command yourself in a terminal; a passphrase is taken in no other way',
      retryable: false,
    },
    { cause },
  );
}

function interrupted(): Failure {
  return new Failure(EXIT.interrupted, {
    code: 'interrupted',
    detail: 'Interrupted before a passphrase was typed; nothing was done',
    hint: 'Run the command again when ready',
    retryable: true,
  });
}
