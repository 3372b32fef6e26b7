/** Why a chain could not be read, or cannot be trusted. */
export type ChainErrorCode =
  /** The configured URL is not one of a node. */
  | 'node_url_invalid'
  /** No answer: the connection failed, took too long, or what came is no JSON-RPC. */
  | 'node_unreachable'
  /** The node answered with an error. */
  | 'node_refused'
  /** The answer is not of the form it must have. */
  | 'node_answer_invalid'
  /** The node is not as far as it was, or as far as the books are. */
  | 'node_behind'
  /** Another chain than the configured one. */
  | 'wrong_chain'
  /** A token that is not what the registry says. */
  | 'wrong_token'
  /** A block that was final is not on the chain any more, or the chain was replaced. */
  | 'finality_broken'
  /** Blocks changed faster than they could be read. */
  | 'chain_moving'
  /** The logs do not add up to the change of the balance. */
  | 'logs_incomplete';

/**
 * A chain that could not be read, or not be trusted: whoever asked has learned nothing, and must change
 * nothing. Holds no URL, because a node's URL often contains a key.
 */
export class ChainError extends Error {
  readonly code: ChainErrorCode;

  constructor(code: ChainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ChainError';
    this.code = code;
  }
}
