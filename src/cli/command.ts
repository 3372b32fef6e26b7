import type { ExitCode } from './failure.ts';
import type { Home } from './home.ts';
import type { Output } from './output.ts';

/** A flag of a command: its value's name in the help (a flag without one is a switch), and what it is for. */
export type Flag = {
  readonly value?: string;
  readonly about: string;
  readonly isRequired?: boolean;
  /** It may be given several times. */
  readonly isList?: boolean;
};

/** What was typed: values of flags by name, and the rest in order. */
export type Typed = {
  readonly flags: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly args: readonly string[];
};

/** One run of a command. */
export type Invocation = Typed & { readonly home: Home; readonly output: Output };

/** Does what a command says. Ends the process with 0 unless it gives another code. */
export type Run = (call: Invocation) => Promise<ExitCode | undefined>;

/** A command: how it is typed, what the help says, and where its code is. Loaded only when it is the one. */
export type Command = {
  readonly name: string;
  /** Names of what follows the command; in brackets what may be left out. */
  readonly args?: readonly string[];
  readonly summary: string;
  /** More than the summary says, where that helps. */
  readonly about?: string;
  readonly example: string;
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly load: () => Promise<Run>;
};

/** The value of a flag; undefined where it was not given. */
export function flag({ flags }: Typed, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of a flag that may be given several times. */
export function flagList({ flags }: Typed, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Whether a switch was given. */
export function isOn({ flags }: Typed, name: string): boolean {
  return flags[name] === true;
}

/** What followed the command at this place. The command says that it must be there. */
export function arg({ args }: Typed, index = 0): string {
  const value = args[index];
  if (value === undefined) throw new Error(`The command line has no argument ${index}`);
  return value;
}
