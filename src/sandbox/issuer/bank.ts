import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CardConfig } from '../../serve/card-config.ts';
import type { IssuerSecrets } from '../../serve/issuer-secrets.ts';
import type { Chain } from '../chain.ts';
import { openSandboxTreasury, type SandboxTreasury } from '../treasury.ts';
import { openSandboxIssuer, type SandboxIssuer } from './issuer.ts';

/** Everything a wallet of the sandbox needs to have cards: an issuer with its network, and a treasury. */
export type Bank = {
  readonly issuer: SandboxIssuer;
  readonly treasury: SandboxTreasury;
  /** What a wallet's configuration says of it. */
  readonly config: Pick<CardConfig, 'issuer' | 'url' | 'treasury'>;
  readonly secrets: IssuerSecrets;
  readonly close: () => Promise<void>;
};

/** How a bank is opened. */
export type BankOptions = {
  readonly chain: Chain;
  /** Where cards and keys are kept: a bank that was opened there before goes on with them. */
  readonly directory: string;
  /** Where the wallet is reached; known only once it runs. */
  readonly walletUrl: () => string;
};

/** Opens the bank of a sandbox. */
export async function openBank({ chain, directory, walletUrl }: BankOptions): Promise<Bank> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const treasury = await openSandboxTreasury({ chain, directory });
  try {
    const issuer = await openSandboxIssuer({
      path: join(directory, 'network.db'),
      keyFile: join(directory, 'issuer-keys.json'),
      dialect: 'sandbox',
      clock: { nowMs: Date.now },
      inboxUrl: () => `${walletUrl()}/v1/issuers/sandbox`,
    });
    const { url, address, token: treasuryToken } = treasury;
    return {
      issuer,
      treasury,
      config: { issuer: 'sandbox', url: issuer.apiUrl, treasury: { url, address } },
      secrets: { ...issuer.secrets, treasuryToken },
      close: async () => {
        await issuer.close();
        await treasury.close();
      },
    };
  } catch (error) {
    await treasury.close();
    throw error;
  }
}
