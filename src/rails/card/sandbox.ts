import type { CardDesk, Issuer, RawReply, RawRequest } from '../../core/card/ports.ts';
import { refuse } from '../../core/refusal.ts';
import { openApiClient } from './sandbox-client.ts';
import { encodeMessage, readMessage } from './sandbox-message.ts';
import { isSandboxNumber, SANDBOX_PREFIX } from './sandbox-number.ts';
import {
  amountIn,
  type Fields,
  fieldsOf,
  onlyFields,
  parseFields,
  textIn,
  wordIn,
} from './sandbox-reader.ts';
import { isSigned } from './sandbox-signature.ts';

/** What the wallet needs to have its cards from the sandbox. */
export type SandboxIssuerOptions = {
  readonly url: string;
  readonly apiKey: string;
  /** Signs what the sandbox asks and tells: `whsec_…`. */
  readonly webhookSecret: string;
  readonly desk: CardDesk;
  readonly clock: { readonly nowMs: () => number };
};

const TIMEOUT_MS = 10_000;

/** Cards of the sandbox's issuer, worth nothing. Whatever is not marked as the sandbox's is not taken for a card. */
export function createSandboxIssuer(options: SandboxIssuerOptions): Issuer {
  const { url, apiKey, desk } = options;
  const call = openApiClient({ url, token: apiKey, timeoutMs: TIMEOUT_MS, name: 'sandbox issuer' });
  const at = (token: string) => `/v1/cards/${encodeURIComponent(token)}`;

  return {
    id: 'sandbox',
    isSandbox: true,
    async feeCents() {
      return amountIn(checked(await call('GET', '/v1/fee')), 'cents');
    },
    async issue({ cardId, lockCents, label }) {
      const reply = await call('POST', '/v1/cards', {
        reference: cardId,
        lockCents: String(lockCents),
        label,
      });
      if (reply.status === 422)
        return refuse('issuer_refused', 'The sandbox issuer refused to make the card');
      const fields = cardIn(checked(reply));
      if (textIn(fields, 'reference') !== cardId) throw new Error('The issuer answered with another card');
      const isPending = textIn(fields, 'state') === 'pending';
      return {
        token: textIn(fields, 'token'),
        lastFour: textIn(fields, 'lastFour'),
        expiry: textIn(fields, 'expiry'),
        isPending,
      };
    },
    async mirror(token, { state, lockCents }) {
      const fields = cardIn(checked(await call('PATCH', at(token), { state, lockCents: String(lockCents) })));
      const now = textIn(fields, 'state');
      if (now !== state && now !== 'closed') throw new Error(`The issuer's card is ${now} and not ${state}`);
    },
    async reveal(token) {
      const reply = await call('POST', `${at(token)}/reveal`);
      if (reply.status === 410) return null;
      const fields = checked(reply);
      const secrets = {
        number: textIn(fields, 'number'),
        code: textIn(fields, 'code'),
        expiry: textIn(fields, 'expiry'),
      };
      if (isSandboxNumber(secrets.number)) return secrets;
      throw new Error(`The issuer's number does not begin with ${SANDBOX_PREFIX}`);
    },
    async history(token) {
      const { messages } = checked(await call('GET', `${at(token)}/history`));
      if (!Array.isArray(messages)) throw new TypeError('Expected a list of messages');
      return messages.map((message) => ({ token, message: readMessage(message) }));
    },
    inbox: [
      { path: 'decisions', receive: signedOnly(options, (body) => readQuestion(desk, body)) },
      { path: 'events', receive: signedOnly(options, (body) => readEvent(desk, body)) },
    ],
  };
}

/** What is done about a body that was read, and answered. */
type Deed = () => Promise<object>;

/** Answers only what the agreed secret signed, over these very bytes, within five minutes, and what can be read. */
function signedOnly({ webhookSecret, clock }: SandboxIssuerOptions, read: (body: Fields) => Deed) {
  return async ({ headers, body }: RawRequest): Promise<RawReply> => {
    if (!isSigned(webhookSecret, { headers, body, nowMs: clock.nowMs() })) {
      return reply(401, { code: 'webhook_signature_invalid' });
    }
    let deed: Deed;
    try {
      deed = read(parseFields(body));
    } catch (error) {
      if (error instanceof TypeError) return reply(400, { code: 'input_invalid' });
      throw error;
    }
    return reply(200, await deed());
  };
}

function readQuestion(desk: CardDesk, body: Fields): Deed {
  onlyFields(body, ['token', 'message']);
  const notice = { token: textIn(body, 'token'), message: readMessage(body.message) };
  return () => desk.decide('sandbox', notice);
}

function readEvent(desk: CardDesk, body: Fields): Deed {
  const token = textIn(body, 'token');
  if (wordIn(body, 'type', ['message', 'issued']) === 'issued') {
    onlyFields(body, ['type', 'token', 'result']);
    const result = wordIn(body, 'result', ['active', 'failed']);
    return () => desk.issued('sandbox', token, result).then(() => ({}));
  }
  onlyFields(body, ['type', 'token', 'message']);
  const notice = { token, message: readMessage(body.message) };
  return () => desk.record('sandbox', notice).then(() => ({}));
}

function reply(status: number, body: object): RawReply {
  return { status, headers: { 'content-type': 'application/json' }, body: encodeMessage(body) };
}

/** The fields of a reply that says yes. Throws on any other: what became of the call is then not known. */
function checked({ status, fields }: { readonly status: number; readonly fields: Fields }): Fields {
  if (status === 200) return fields;
  throw new Error(`The sandbox issuer answered with status ${status}`);
}

function cardIn(value: Fields): Fields {
  const card = fieldsOf(value, 'a card');
  if (card.isSandbox === true && card.prefix === SANDBOX_PREFIX) return card;
  throw new Error('The issuer is not the sandbox: its card is not marked as one');
}
