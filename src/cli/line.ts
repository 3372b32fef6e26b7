import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Command, Flag, Typed } from './command.ts';
import { misuse } from './failure.ts';

type ParserOptions = NonNullable<ParseArgsConfig['options']>;

/** Flags that every command takes. */
export const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  url: { value: 'URL', about: 'The server (or FLUXA_URL)' },
  data: {
    value: 'DIR',
    about: 'The data directory with its tokens (or FLUXA_HOME; ~/.fluxa without either)',
  },
  as: { value: 'NAME', about: 'Speak as "operator" or as the agent of this name (or set FLUXA_TOKEN)' },
  json: { about: 'Print the result as one line of JSON' },
  help: { about: 'Show this help' },
};

/** What a command line asks for: a command with what was typed after it, or null where it names none. */
export type Line = { readonly command: Command; readonly words: readonly string[] };

/** Finds the command a line names, wherever flags stand. */
export function findCommand(commands: readonly Command[], argv: readonly string[]): Line | null {
  const words = looseWords(argv);
  for (const length of [3, 2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = commands.find((one) => one.name === name);
    if (command !== undefined) return { command, words: words.slice(0, length) };
  }
  return null;
}

/** What of a line is neither a flag nor the value of one that every command takes. */
export function looseWords(argv: readonly string[]): readonly string[] {
  const options = parserOptions(COMMON_FLAGS);
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true }).positionals;
}

/** Reads a line as the command has it. Throws a failure that says what is wrong with the line. */
export function readLine({ command, words }: Line, argv: readonly string[]): Typed {
  const flags = { ...COMMON_FLAGS, ...command.flags };
  const { values, positionals, tokens } = parse(flags, argv, command.name);
  const given = tokens.filter((token) => token.kind === 'option').map((token) => token.name);
  const repeated = given.find((name, i) => given.indexOf(name) !== i && !flags[name]?.isList);
  if (repeated !== undefined) throw wrong(`--${repeated} is given twice`, command.name);
  const absent = Object.keys(flags).find((name) => flags[name]?.isRequired && values[name] === undefined);
  if (absent !== undefined && values.help !== true) throw wrong(`--${absent} is missing`, command.name);
  const args = positionals.slice(words.length);
  const expected = command.args ?? [];
  if (values.help !== true) checkArgs(expected, args, command.name);
  return { flags: values, args };
}

function checkArgs(expected: readonly string[], args: readonly string[], name: string): void {
  const missing = expected[args.length];
  if (missing !== undefined && !missing.startsWith('[')) throw wrong(`${missing} is missing`, name);
  const extra = args[expected.length];
  if (extra !== undefined) throw wrong(`"${extra}" is one word too many`, name);
}

function parse(flags: Readonly<Record<string, Flag>>, argv: readonly string[], name: string) {
  try {
    const options = parserOptions(flags);
    return parseArgs({ args: [...argv], options, allowPositionals: true, tokens: true });
  } catch (error) {
    const [sentence = 'The command line is wrong'] = (error as Error).message.split(/\.\s/);
    throw wrong(sentence.replaceAll("'", '"').replace(/\.$/, ''), name);
  }
}

function parserOptions(flags: Readonly<Record<string, Flag>>): ParserOptions {
  return Object.fromEntries(
    Object.entries(flags).map(([name, { value, isList = false }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', multiple: isList },
    ]),
  );
}

function wrong(detail: string, name: string) {
  return misuse('usage_wrong', detail, `See "fluxa-wallet help ${name}"`);
}
