import { createHash } from 'node:crypto';

/** The name space of the UUIDs made here. */
const SPACE = Buffer.from('5b2d3f0e6c1a4e8f9b7d0a4c8e1f2d36', 'hex');

/** The UUID of a text (RFC 9562 version 5): the same text, the same UUID. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha1').update(SPACE).update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hex.slice(from, to))
    .join('-');
}
