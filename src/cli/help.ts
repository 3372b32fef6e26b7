import type { Command, Flag } from './command.ts';
import { COMMON_FLAGS } from './line.ts';
import { columns } from './text.ts';

/** What there is, in one screen. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map((command) => [`  ${synopsis(command)}`, command.summary]);
  return [
    'fluxa-wallet: a wallet for agents, with mandates that a human signs',
    '',
    columns(rows),
    '',
    'Every command takes:',
    columns(flagRows(COMMON_FLAGS)),
    '',
    'More about one: fluxa-wallet help COMMAND',
    'Ends with 0 done, 1 refused, 2 typed or set up wrong, 3 server not reached, 4 not finished, 70 broken',
  ].join('\n');
}

/** Everything about one command. */
export function manual(command: Command): string {
  const { about, example, flags = {}, summary } = command;
  return [
    `fluxa-wallet ${synopsis(command)}`,
    '',
    `${summary}.${about === undefined ? '' : ` ${about}`}`,
    '',
    ...(Object.keys(flags).length > 0 ? [columns(flagRows(flags)), ''] : []),
    `Example: ${example}`,
    '',
    'Every command takes:',
    columns(flagRows(COMMON_FLAGS)),
  ].join('\n');
}

function synopsis({ args = [], name }: Command): string {
  return [name, ...args].join(' ');
}

function flagRows(flags: Readonly<Record<string, Flag>>): string[][] {
  return Object.entries(flags).map(([name, { about, isList, isRequired, value }]) => [
    `  --${name}${value === undefined ? '' : ` ${value}`}`,
    `${about}${isRequired ? ' (required)' : ''}${isList ? ' (may be given several times)' : ''}`,
  ]);
}
