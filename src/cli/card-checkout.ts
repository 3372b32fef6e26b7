import { existsSync, writeFileSync } from 'node:fs';
import { ask, type Output } from './client.ts';
import { arg, flag, type Invocation, isOn, type Run } from './command.ts';
import { Failure, misuse, rejection } from './failure.ts';
import { columns, showLine } from './text.ts';

/** Shows a card's number: at a terminal, or in a file that only its owner can read. */
export const reveal: Run = async (call) => {
  const card = arg(call);
  const path = flag(call, 'output');
  checkPlace(path);
  const { token } = await ask(call, 'any', 'card.reveal', { card });
  const { code, expiry, number } = await ask(call, 'any', 'card.show', { card, token });
  if (path !== undefined) {
    writeFileSync(path, `${JSON.stringify({ number, code, expiry })}\n`, { mode: 0o600, flag: 'wx' });
    call.output.result({ card, file: path }, () => `Written to ${showLine(path)}; delete it after use`);
    return;
  }
  const text = columns([
    ['Number', number],
    ['Code', code],
    ['Expires', expiry],
  ]);
  call.output.result({ number, code, expiry }, () => text);
};

/** Before anything is asked: where what is shown would be kept by a pipe, a log or an older file, it is not shown. */
function checkPlace(path: string | undefined): void {
  if (path === undefined && !process.stdout.isTTY) {
    const detail = 'A card is shown at a terminal only, and standard output is none';
    throw misuse('terminal_missing', detail, 'Run this in a terminal, or name a new file with --output');
  }
  if (path !== undefined && existsSync(path)) {
    throw misuse('file_exists', `${path} is there already`, 'Name a file that is not there yet');
  }
}

/** Has the card typed into a checkout page. */
export const fill: Run = async (call) => {
  const page = flag(call, 'page');
  const input = {
    card: arg(call),
    endpoint: flag(call, 'endpoint') ?? '',
    ...(page !== undefined && { page }),
    press: !isOn(call, 'no-press'),
  };
  const output = await ask(call, 'any', 'card.fill', input);
  call.output.result(output, () => wordsOf(output, input.card));
  if (output.status === 'declined') {
    const { reason = 'declined', hint = '' } = output.decline ?? {};
    throw rejection(reason, 'The charge was declined', hint);
  }
};

function wordsOf({ decline, status, total }: Output<'card.fill'>, card: string): string {
  const words = {
    authorized: `The charge of ${total} USD is authorized`,
    declined: `The charge of ${total} USD was declined (${decline?.reason ?? 'no reason given'})`,
    challenge: `The shop asks for a code: fluxa-wallet card 3ds latest ${card}`,
    pressed: `The button was pressed for ${total} USD; nothing was heard of the charge yet`,
    filled: `The card is typed in; ${total} USD are to be paid`,
  };
  return showLine(words[status]);
}

/** The newest code a checkout asked for: of one card, or of the newest card that has one. */
export const challenge: Run = async (call) => {
  const given = call.args[0];
  const output =
    given === undefined ? await newest(call) : await ask(call, 'any', 'card.challenge', { card: given });
  const { amount, code, expiresAt, merchant } = output;
  call.output.result(output, () =>
    columns([
      ['Code', code],
      ['Merchant', merchant.name],
      ['Amount', `${amount} USD`],
      ['Until', expiresAt],
    ]),
  );
};

const PAGE = 200;

async function newest(call: Invocation): Promise<Output<'card.challenge'>> {
  const ids: string[] = [];
  for (;;) {
    const { cards } = await ask(call, 'any', 'card.list', {
      limit: PAGE,
      ...(ids.length > 0 && { after: ids.at(-1) }),
    });
    ids.push(...cards.map(({ id }) => id));
    if (cards.length < PAGE) break;
  }
  for (const card of ids.reverse().slice(0, PAGE)) {
    const found = await ask(call, 'any', 'card.challenge', { card }).catch((error) => {
      if (error instanceof Failure && error.report.code === 'challenge_not_found') return null;
      throw error;
    });
    if (found !== null) return found;
  }
  throw rejection('challenge_not_found', 'No card has an open code', 'Press the button that pays first');
}

/** Whose cards they are. */
export const cardholder: Run = async (call) => {
  const output = await ask(call, 'any', 'cardholder.get', {});
  const { address, email, name } = output;
  call.output.result(output, () =>
    columns([
      ['Name', name],
      ...(email === undefined ? [] : [['E-mail', email]]),
      ...(address === undefined
        ? []
        : [
            ['Street', address.line1],
            ['City', [address.postalCode, address.city, address.state ?? ''].join(' ').trim()],
            ['Country', address.country],
          ]),
    ]),
  );
};
