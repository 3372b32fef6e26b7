/** Text as the base64 of its UTF-8 bytes (RFC 4648 §4), as x402 headers carry it. */
export function encodeText(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** The text behind base64, or null: only the one way to write it counts, with padding, and the bytes must be UTF-8. */
export function decodeText(base64: string): string | null {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? decodeUtf8(bytes) : null;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of these bytes, or null when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}
