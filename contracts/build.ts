import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import solc from 'solc';

/** The file `npm run build -w contracts` writes; committed, so that nobody compiles at start. */
export const artifactsFile = fileURLToPath(new URL('artifacts.gen.json', import.meta.url));

const contractNames = ['TestUsdc', 'QuirkToken'];

type CompilerOutput = {
  readonly errors?: readonly { readonly formattedMessage: string }[];
  readonly contracts: Record<
    string,
    Record<
      string,
      { readonly abi: unknown; readonly evm: { readonly bytecode: { readonly object: string } } }
    >
  >;
};

/**
 * Compiles the contracts to the text of `artifacts.gen.json`, the same bytes every time: no metadata, so
 * neither a comment nor a path changes the bytecode. A warning of the compiler is an error.
 */
export function compile(): string {
  const source = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(
      contractNames.map((name) => [`${name}.sol`, { content: source(`${name}.sol`) }]),
    ),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: 'cancun',
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const output: CompilerOutput = JSON.parse(solc.compile(JSON.stringify(input)));
  if (output.errors !== undefined) {
    throw new Error(output.errors.map((error) => error.formattedMessage).join('\n'));
  }
  const artifacts = contractNames.map((name) => {
    const contract = output.contracts[`${name}.sol`]?.[name];
    if (contract === undefined) throw new Error(`${name}.sol has no contract ${name}`);
    return [name, { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` }];
  });
  return `${JSON.stringify(Object.fromEntries(artifacts), null, 2)}\n`;
}

if (import.meta.main) writeFileSync(artifactsFile, compile());
