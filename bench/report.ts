import type { Authorizing, Round } from './authorize.ts';
import type { Commanding } from './command.ts';
import type { Starting } from './start.ts';
import { median, spread } from './statistics.ts';
import { levelOf, P1, P2, P8, P10, type Target } from './targets.ts';

/** What one piece of work came to: its line in the table, and what is told besides. */
export type Finding = { readonly row: string; readonly notes: readonly string[] };

/** The head of the table that the rows of findings fit. */
export const TABLE_HEAD = [
  '| # | work | measured | reached | floor | goal | moonshot |',
  '| --- | --- | --- | --- | --- | --- | --- |',
];

/** P1: 64 connections. */
export function findMany({ rounds, payments, autocannonPerSecond }: Authorizing): Finding {
  const withheld = rounds.reduce((sum, { many, single }) => sum + many.withheld + single.withheld, 0);
  const of = (pick: (round: Round) => number) => rounds.map(pick);
  const perSecond = median(of(({ many }) => many.perSecond));
  const p50Ms = median(of(({ many }) => many.p50Ms));
  const p99Ms = median(of(({ many }) => many.p99Ms));
  const echo = median(of((round) => round.echo.perSecond));
  const reference = median(of((round) => round.reference.perSecond));
  const ofEcho = median(of((round) => round.many.perSecond / round.echo.perSecond));
  const ofReference = median(of((round) => round.many.perSecond / round.reference.perSecond));
  const measured = `${count(perSecond)}/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms; ${ofEcho.toFixed(2)} × the echo`;
  return {
    row: row('P1', 'authorize a payment, 64 connections', {
      measured,
      target: P1,
      figures: { perSecond, p99Ms, ofEcho },
    }),
    notes: [
      `P1, ${rounds.length} rounds: ${spread(of(({ many }) => many.perSecond))}/s, p99 ${spread(of(({ many }) => many.p99Ms))} ms, slowest answer ${median(of(({ many }) => many.maxMs)).toFixed(0)} ms.`,
      `Bare \`node:http\` echo of the same body: ${count(echo)}/s (${spread(of((round) => round.echo.perSecond))}), p99 ${median(of((round) => round.echo.p99Ms)).toFixed(1)} ms. P1 is ${ofEcho.toFixed(2)} times that.`,
      `x402 reference client (\`@x402/core\`, \`@x402/evm\`), signing for the same challenge in a loop, without a server, a budget, a decision or a disk: ${count(reference)}/s. P1 is ${ofReference.toFixed(1)} times that.`,
      `The load generator took ${median(of(({ many }) => many.cores)).toFixed(2)} cores in P1 and ${median(of((round) => round.echo.cores)).toFixed(2)} in the echo; autocannon gets ${count(autocannonPerSecond)}/s out of the same echo.`,
      `${count(payments)} payments were authorized in P1 and P2. Every answer that counts had status 200, a signed payment and a nonce of its own (${withheld} more would have had to be asked for again, because the decision had become too old to sign on; they do not count); samples of all runs were recovered to the wallet's address by viem; afterwards the books held exactly as many payments, holds and audit entries, and the mandate that many times the price.`,
    ],
  };
}

/** P2: one connection. */
export function findSingle({ rounds }: Authorizing): Finding {
  const p50Ms = median(rounds.map(({ single }) => single.p50Ms));
  const p99Ms = median(rounds.map(({ single }) => single.p99Ms));
  const echoMs = median(rounds.map(({ echoSingle }) => echoSingle.p50Ms));
  return {
    row: row('P2', 'the same, one connection', {
      measured: `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`,
      target: P2,
      figures: { p50Ms },
    }),
    notes: [
      `P2, ${rounds.length} rounds: p50 ${spread(
        rounds.map(({ single }) => single.p50Ms),
        2,
      )} ms. The echo over one connection: p50 ${echoMs.toFixed(2)} ms.`,
    ],
  };
}

/** P8: starting. */
export function findStarting({ starts, scryptMs }: Starting): Finding {
  const paidMs = median(starts.map((start) => start.paidMs));
  const servingMs = median(starts.map((start) => start.servingMs));
  const idleMiB = median(starts.map((start) => start.idleMiB));
  const scrypt = median(scryptMs);
  return {
    row: row('P8', '`serve` to the first authorized payment; idle memory', {
      measured: `${seconds(paidMs)} s, of which scrypt ${seconds(scrypt)} s; ${idleMiB.toFixed(0)} MiB`,
      target: P8,
      figures: { paidMs, idleMiB },
    }),
    notes: [
      `P8, ${starts.length} starts on an existing directory, not the first after an installation: ${spread(starts.map((start) => start.paidMs))} ms. It serves after ${servingMs.toFixed(0)} ms. Opening the encrypted payment key (scrypt, N = 2^17, r = 8) takes ${scrypt.toFixed(0)} ms of that by itself, on purpose: without it, ${seconds(paidMs - scrypt)} s. Memory is the resident set 1.5 s after the payment.`,
    ],
  };
}

/** P10: one command. */
export function findCommand({ balanceMs, nodeMs }: Commanding): Finding {
  const [balance, node] = [median(balanceMs), median(nodeMs)];
  return {
    row: row('P10', '`fluxa-wallet balance`, a whole process', {
      measured: `${balance.toFixed(0)} ms; ${(balance / node).toFixed(1)} × \`node -e 0\``,
      target: P10,
      figures: { balanceMs: balance },
    }),
    notes: [
      `P10, ${balanceMs.length} runs, the program's compile cache filled as on any second use: ${spread(balanceMs)} ms. \`node -e 0\` in the same run: ${node.toFixed(0)} ms (${spread(nodeMs)}).`,
    ],
  };
}

function row<Figures>(
  id: string,
  work: string,
  of: { readonly measured: string; readonly target: Target<Figures>; readonly figures: Figures },
): string {
  const { measured, target, figures } = of;
  return `| ${[id, work, measured, `**${levelOf(target, figures)}**`, ...target.words].join(' | ')} |`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
