import { inspect } from 'node:util';
import { type Command, flag, isOn } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, type ExitCode, Failure, misuse } from './failure.ts';
import { readHome } from './home.ts';
import { findCommand, looseWords, readLine } from './line.ts';
import { createOutput, type Output } from './output.ts';

/** Runs one command line and says how the process is to end. */
async function run(argv: readonly string[]): Promise<ExitCode> {
  const output = createOutput(argv.includes('--json'));
  try {
    return await dispatch(argv, output);
  } catch (error) {
    const failure = error instanceof Failure ? error : await broken(error);
    output.failure(failure.report);
    return failure.exitCode;
  }
}

async function dispatch(argv: readonly string[], output: Output): Promise<ExitCode> {
  const words = looseWords(argv);
  if (words.length === 0 || words[0] === 'help') return help(words.slice(1), output);
  const line = findCommand(COMMANDS, argv);
  if (line === null && isGroup(words)) return help(words, output);
  if (line === null) throw unknown(words.slice(0, 2).join(' '));
  const typed = readLine(line, argv);
  if (isOn(typed, 'help')) return help(line.words, output);
  const [url, data, as] = [flag(typed, 'url'), flag(typed, 'data'), flag(typed, 'as')];
  const runCommand = await line.command.load();
  return (await runCommand({ ...typed, home: readHome({ url, data, as }, process.env), output })) ?? EXIT.ok;
}

async function help(words: readonly string[], output: Output): Promise<ExitCode> {
  const { manual, overview } = await import('./help.ts');
  const command = COMMANDS.find(({ name }) => name === words.join(' '));
  if (command === undefined && words.length > 0 && !isGroup(words)) throw unknown(words.join(' '));
  const text = command === undefined ? overview(COMMANDS.filter(isOf(words[0]))) : manual(command);
  output.result({ help: text }, () => text);
  return EXIT.ok;
}

/** Whether this is the first word of commands, and nothing else: `card`. */
function isGroup(words: readonly string[]): boolean {
  return words.length === 1 && COMMANDS.some(isOf(words[0]));
}

function isOf(group: string | undefined): (command: Command) => boolean {
  return ({ name }) => group === undefined || name.startsWith(`${group} `);
}

function unknown(name: string): Failure {
  return misuse('command_unknown', `There is no command "${name}"`, 'See "fluxa-wallet help"');
}

/** A failure nobody planned for: what it was, without the insides. */
async function broken(error: unknown): Promise<Failure> {
  const { redact } = await import('../serve/redaction.ts');
  const detail = redact(error instanceof Error ? error.message : String(error));
  const hint = 'Set FLUXA_DEBUG=1 to see where it broke';
  if (process.env.FLUXA_DEBUG) console.error(redact(inspect(error)));
  return new Failure(
    EXIT.internal,
    { code: 'internal_error', detail, hint, retryable: false },
    { cause: error },
  );
}

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.internal),
);
process.exitCode = await run(process.argv.slice(2));
