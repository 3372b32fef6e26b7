/** The hash functions the core is handed. Text is hashed as its UTF-8 bytes; digests are lower-case hex. */
export type Hash = {
  /** 64 hex characters, without a prefix. */
  readonly sha256: (text: string) => string;
  /** SHA-256 over the bytes that this hex text stands for (RFC 6962 hashes bytes, not text). */
  readonly sha256Hex: (hex: string) => string;
};
