import type { Offer } from '../../core/payment.ts';
import type { Challenge, ChallengeText } from '../../core/ports.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { decodeText, decodeUtf8 } from './base64.ts';
import { type JsonNode, type JsonObject, member, objectText, parseJson, stringMember } from './json.ts';
import { readVersion } from './payment.ts';
import {
  type AssetLookup,
  assetOf,
  isEvm,
  offerOf,
  type Requirements,
  readRequirements,
  type Version,
} from './requirements.ts';

/** Header names of a reply are in lower case here. */
const CHALLENGE_HEADER = 'payment-required';
const MAX_HEADER_LENGTH = 64 * 1024;
const MAX_BODY_BYTES = 256 * 1024;
const MAX_OPTIONS = 64;
const MAX_URL_LENGTH = 2048;

/**
 * Reads a challenge: v2 from its header where there is one (x402 v2, transports-v2/http), else v1 from the body.
 * Refuses with `challenge_invalid` what is not well-formed. An option that is malformed by itself is left out, as
 * is one for a network whose addresses are not those of an EVM. The refusal's words quote nothing of the payee's.
 */
export function readChallenge(given: ChallengeText, lookup: AssetLookup): Challenge | Refusal {
  if (given.header !== undefined) return readHeader(given.header, lookup);
  if (given.body !== undefined) return readBody(given.body, lookup);
  return invalid('There is neither a PAYMENT-REQUIRED header nor a body');
}

/** The parts of a reply that can hold a challenge, as `readChallenge` takes them; a body that is not UTF-8 is none. */
export function challengeText(reply: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}): ChallengeText {
  const header = reply.headers[CHALLENGE_HEADER];
  if (header !== undefined) return { header };
  const body = reply.body.length > MAX_BODY_BYTES ? null : decodeUtf8(reply.body);
  return body === null ? {} : { body };
}

function readHeader(header: string, lookup: AssetLookup): Challenge | Refusal {
  if (header.length > MAX_HEADER_LENGTH) {
    return invalid(`The PAYMENT-REQUIRED header has more than ${MAX_HEADER_LENGTH} characters`);
  }
  const text = decodeText(header);
  if (text === null) return invalid('The PAYMENT-REQUIRED header is not base64 of UTF-8 text');
  const root = parseJson(text);
  if (root?.kind !== 'object' || readVersion(root) !== 2) {
    return invalid('The PAYMENT-REQUIRED header holds no x402 version 2 challenge');
  }
  const resource = member(root, 'resource');
  const extensions = member(root, 'extensions');
  const url = resource?.kind === 'object' ? stringMember(resource, 'url') : null;
  if (resource !== null && (url === null || url.length > MAX_URL_LENGTH)) {
    return invalid('The resource that the challenge names is not well-formed');
  }
  if (extensions !== null && extensions.kind !== 'object') return invalid('The extensions are not an object');
  const wireOf = (option: JsonNode) =>
    objectText([
      ['x402Version', '2'],
      ['resource', resource?.text],
      ['accepted', option.text],
      ['extensions', extensions?.text],
    ]);
  const options = readOptions(root, { version: 2, lookup, wireOf });
  return 'outcome' in options ? options : { statedUrl: url, offers: options.offers };
}

function readBody(body: string, lookup: AssetLookup): Challenge | Refusal {
  if (Buffer.byteLength(body) > MAX_BODY_BYTES)
    return invalid(`The body has more than ${MAX_BODY_BYTES} bytes`);
  const root = parseJson(body);
  if (root?.kind !== 'object' || readVersion(root) !== 1) {
    return invalid('There is no PAYMENT-REQUIRED header, and the body holds no x402 version 1 challenge');
  }
  const wireOf = (_: JsonNode, { scheme, network }: Requirements) =>
    JSON.stringify({ x402Version: 1, scheme, network });
  const options = readOptions(root, { version: 1, lookup, wireOf });
  if ('outcome' in options) return options;
  const stated = new Set(options.wellFormed.map(({ resource }) => resource));
  if (stated.size > 1) return invalid('The options of the challenge name different resources');
  const [url = null] = stated;
  if (url !== null && url.length > MAX_URL_LENGTH) return invalid('The resource has too long a URL');
  return { statedUrl: url, offers: options.offers };
}

type Options = { readonly wellFormed: readonly Requirements[]; readonly offers: readonly Offer[] };

function readOptions(
  root: JsonObject,
  by: {
    readonly version: Version;
    readonly lookup: AssetLookup;
    readonly wireOf: (option: JsonNode, requirements: Requirements) => string;
  },
): Options | Refusal {
  const accepts = member(root, 'accepts');
  if (accepts?.kind !== 'array') return invalid('The challenge has no list of options');
  if (accepts.items.length > MAX_OPTIONS)
    return invalid(`The challenge has more than ${MAX_OPTIONS} options`);
  const wellFormed: Requirements[] = [];
  const offers: Offer[] = [];
  for (const option of accepts.items) {
    const requirements = readRequirements(option, by.version);
    if (requirements === null) continue;
    const offer = offerOf(requirements, { lookup: by.lookup, wire: by.wireOf(option, requirements) });
    const isOurs = isEvm(requirements) || assetOf(requirements, by.lookup) !== null;
    if (offer === null && isOurs) continue;
    wellFormed.push(requirements);
    if (offer !== null) offers.push(offer);
  }
  if (wellFormed.length === 0) return invalid('The challenge has no option that is well-formed');
  return { wellFormed, offers };
}

function invalid(detail: string): Refusal {
  return refuse('challenge_invalid', detail);
}
