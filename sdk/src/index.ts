export type { CallOperation, CallOptions, OperationName } from './call.ts';
export { ConnectionError, PendingError, type Problem, RefusalError, ReplyLostError } from './error.ts';
export type { PaidFetch, PaidInit } from './fetch.ts';
export * from './operations.gen.ts';
export { createWallet, type Wallet, type WalletOptions } from './wallet.ts';
